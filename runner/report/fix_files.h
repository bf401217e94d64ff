// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_FIX_FILES_H_
#define MEMPROF_RUNNER_REPORT_FIX_FILES_H_

#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// A file for patch(1), which spares the reader copying a diff out of a report.
struct FixFile {
  std::string name;     ///< "8f2c91d0.patch": the finding's fingerprint as text shows it
  std::string content;  ///< a line that says what it mends, then the diff as it is
};

/// One for each finding whose recommended fix is a diff, in their order.
std::vector<FixFile> FixFiles(const Report& report);

/// The name of the file of a finding.
std::string FixFileName(const Finding& finding);

/// Whether a name is one that FixFileName() gives, so that those of an earlier run can be removed.
bool IsFixFileName(const std::string& name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_FIX_FILES_H_
