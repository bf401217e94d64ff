// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_POLICY_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_POLICY_FILES_H_

#include <string>

#include "runner/base/result.h"
#include "runner/compare/policy.h"
#include "runner/plan/report_request.h"
#include "runner/plan/run_options.h"
#include "runner/plan/scan_request.h"

namespace memprof {

/// Reads a report.json, or the one in the directory `path`. Errors: kUsage, with the path, where
/// there is none or it is no report.
Result<Report> ReadReportFile(const std::string& path);

/// Reads the files of --suppressions and --baseline, and the date. Errors: kUsage where a file is
/// missing or does not say what it should, with file and line. Call it before the tests run: what
/// is wrong with the files should not cost a whole run.
Result<Policy> ReadPolicy(const RunOptions& options);

/// The same for a report that is merged from several, which are not known to be of all tests.
Result<Policy> ReadPolicy(const ReportRequest& request);

/// The same for a scan of the source.
Result<Policy> ReadPolicy(const ScanRequest& request);

/// Writes the file of --write-baseline. False, and nothing written, where the user asked for none,
/// or the run did not come to its end: a baseline of a part would make the rest look new. Errors:
/// what WriteFile() says.
Result<bool> WriteBaselineFile(const Reporting& options, const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_POLICY_FILES_H_
