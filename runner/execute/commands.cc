// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/commands.h"

#include <cstdio>
#include <variant>

#include "runner/execute/command_complete.h"
#include "runner/execute/command_diff.h"
#include "runner/execute/command_doctor.h"
#include "runner/execute/command_dump.h"
#include "runner/execute/command_exec.h"
#include "runner/execute/command_report.h"
#include "runner/execute/command_run.h"
#include "runner/execute/command_scan.h"
#include "runner/execute/command_view.h"

namespace memprof {
namespace {

struct Performer {
  Result<int> operator()(const RunOptions& options) const { return CommandRun(options); }
  Result<int> operator()(const DumpRequest& request) const { return CommandDump(request.path); }
  Result<int> operator()(const DiffRequest& request) const { return CommandDiff(request); }
  Result<int> operator()(const ReportRequest& request) const { return CommandReport(request); }
  Result<int> operator()(const DoctorRequest& request) const { return CommandDoctor(request); }
  Result<int> operator()(const ExecRequest& request) const { return CommandExec(request); }
  Result<int> operator()(const CompletionRequest& request) const {
    return CommandComplete(request);
  }
  Result<int> operator()(const ViewRequest& request) const { return CommandView(request); }
  Result<int> operator()(const ScanRequest& request) const { return CommandScan(request); }
  Result<int> operator()(const PrintAndExit& print) const {
    std::fwrite(print.text.data(), 1, print.text.size(), stdout);
    return print.exit_code;
  }
};

}  // namespace

Result<int> Perform(const Request& request) { return std::visit(Performer(), request); }

}  // namespace memprof
