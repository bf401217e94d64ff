// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_MERGED_REPORT_H_
#define MEMPROF_RUNNER_EXECUTE_MERGED_REPORT_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// Reads the report.json `files`, one at least, and makes one report of them. Errors: kUsage, with
/// the path, where one is missing or no report.
Result<Report> ReadMergedReport(const std::vector<std::string>& files);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_MERGED_REPORT_H_
