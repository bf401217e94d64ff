// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_REPORT_REQUEST_H_
#define MEMPROF_RUNNER_PLAN_REPORT_REQUEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/plan/reporting.h"

namespace memprof {

/// Whether a format is printed or appended, wherever files go, so that it needs no directory.
inline bool NeedsNoDirectory(std::string_view format) {
  return format == "text" || format == "github" || format == "github-summary";
}

/// What `memprof report` was asked to do.
struct ReportRequest : Reporting {
  std::vector<std::string> paths;  ///< report.json files, and directories that have some
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_REPORT_REQUEST_H_
