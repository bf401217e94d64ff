// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_OPTIONS_H_

#include <optional>
#include <string>
#include <variant>

#include "runner/base/result.h"
#include "runner/cli/diff_options.h"
#include "runner/cli/dump_options.h"
#include "runner/plan/doctor_request.h"
#include "runner/plan/exec_request.h"
#include "runner/plan/report_request.h"
#include "runner/plan/run_options.h"
#include "runner/plan/scan_request.h"
#include "runner/plan/view_request.h"

namespace memprof {

/// What the command line asks for: a run, a dump, a comparison, a report of several, a look at what
/// works here, a view of a result, or a text to print and the status to end with.
struct PrintAndExit {
  std::string text;
  int exit_code = 0;
};
using Request =
    std::variant<RunOptions, DumpRequest, DiffRequest, ReportRequest, DoctorRequest, ExecRequest,
                 ViewRequest, CompletionRequest, ScanRequest, PrintAndExit>;

/// Reads the command line and the memprof.toml that it names or that lies in the current directory
/// or above it. Errors: kUsage, with the option in the message.
Result<Request> ParseCommandLine(int argc, const char* const* argv);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_OPTIONS_H_
