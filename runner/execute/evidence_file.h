// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_
#define MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/diagnose/evidence.h"

namespace memprof {

/// What the screen leaves for the CTest test that confirms one suspect. The files are read by the
/// same memprof that wrote them, within one run of CTest, so their form is nobody else's business.
struct SuspectFile {
  /// Of the test, and then of the suite and the program that its rerun shows; without `confirm`.
  /// At least one.
  std::vector<TestEvidence> evidence;
  double native_seconds = 0;

  const RecordedTest& test() const { return evidence.front().test; }
};

std::string RenderSuspect(const SuspectFile& suspect);

/// Errors: kDamaged.
Result<SuspectFile> ParseSuspect(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_
