// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_REPORT_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_REPORT_OPTIONS_H_

#include "runner/base/result.h"
#include "runner/cli/reporting_options.h"
#include "runner/plan/report_request.h"

namespace memprof {

/// Adds `memprof report` to `app`. Both must outlive the parsing, which fills them.
CLI::App* AddReportCommand(CLI::App* app, ReportRequest* request, RawReporting* raw);

/// What was parsed into both. Errors: kUsage, where formats are asked for that need a directory,
/// and none is named.
Result<ReportRequest> TakeReport(ReportRequest request, const RawReporting& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_REPORT_OPTIONS_H_
