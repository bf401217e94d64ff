// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_MEMPROF_RUN_H_
#define MEMPROF_TESTS_SYSTEM_MEMPROF_RUN_H_

#include <string>
#include <utility>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What one real run of the driver left.
struct MemprofRun {
  int exit_code = -1;
  std::string output;  ///< stdout and stderr
  std::string out;     ///< the output directory
  bool has_report = false;
  Report report;  ///< read back from report.json

  const TestReport* Test(const std::string& full_name) const;
  /// Findings of at least this severity.
  std::vector<const Finding*> Findings(Severity least) const;
  /// Why `tool` was not measured; empty when it was.
  std::string WhyNot(const std::string& tool) const;
};

/// Runs `memprof run OPTIONS -- BINARY ARGUMENTS` and reads its report. `binary` is a path.
MemprofRun RunMemprof(const std::string& binary, const std::vector<std::string>& options = {},
                      const std::vector<std::string>& arguments = {},
                      const std::vector<std::pair<std::string, std::string>>& environment = {});

/// Paths of what the build made.
std::string ProgramPath(const std::string& name);
std::string ExamplePath(const std::string& name);
/// The twin of a program or an example that was built without memprof.
std::string PlainPath(const std::string& name);

/// A fresh directory below the build.
std::string FreshDirectory(const std::string& name);

/// Everything of a report on one line a finding, for messages of failed tests.
std::string Describe(const MemprofRun& run);

/// What must be the same of a linked binary and of its unlinked twin: each finding's severity,
/// kind, pattern, fingerprint, location and whose it is; each test's status and verdict; what was
/// not measured; the exit status.
std::string Comparable(const MemprofRun& run);

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_MEMPROF_RUN_H_
