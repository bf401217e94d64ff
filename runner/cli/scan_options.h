// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_SCAN_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_SCAN_OPTIONS_H_

#include <string>
#include <variant>

#include "runner/base/result.h"
#include "runner/cli/reporting_options.h"
#include "runner/plan/run_options.h"
#include "runner/plan/scan_request.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// `memprof scan` as text, before it is taken over.
struct RawScan {
  ScanRequest request;
  RawReporting reporting;
  bool list_rules = false;
  std::string explain;  ///< a rule's name
};

/// Adds the subcommand to `app`. `raw` must outlive the parsing, which fills it.
CLI::App* AddScanCommand(CLI::App* app, RawScan* raw);

/// What was parsed into `raw`: a scan, or a text about the rules. Errors: kUsage, where a rule is
/// not there.
Result<std::variant<ScanRequest, std::string>> TakeScan(RawScan raw);

/// Adds the options of `memprof run` by which it scans too.
void AddScanOfRun(CLI::App* run, RunOptions* options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_SCAN_OPTIONS_H_
