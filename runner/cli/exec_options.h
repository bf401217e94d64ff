// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_EXEC_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_EXEC_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/cli/reporting_options.h"
#include "runner/plan/exec_request.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// `memprof exec` as text, before it is taken over.
struct RawExec {
  RawExec();

  ExecRequest request;
  RawReporting reporting;
  std::vector<std::string> path_map;
  std::uint64_t one_time_bytes = 0;
};

/// Adds the subcommand to `app`. `raw` must outlive the parsing, which fills it.
CLI::App* AddExecCommand(CLI::App* app, RawExec* raw);

/// What was parsed into `raw`. Errors: kUsage.
Result<ExecRequest> TakeExec(const RawExec& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_EXEC_OPTIONS_H_
