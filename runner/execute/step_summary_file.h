// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_STEP_SUMMARY_FILE_H_
#define MEMPROF_RUNNER_EXECUTE_STEP_SUMMARY_FILE_H_

#include <string>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// Appends the report's summary to a file as GITHUB_STEP_SUMMARY names it, cut to what has room
/// there: other programs of the step write to it too, and over 1 MiB GitHub shows none of it.
/// Several of us may do so at once. Errors: kUnreadable, with the reason. Returns `path`.
Result<std::string> AppendStepSummary(const Report& report, const std::string& path);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_STEP_SUMMARY_FILE_H_
