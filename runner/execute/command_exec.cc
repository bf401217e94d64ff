// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_exec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "runner/execute/deliver.h"
#include "runner/execute/directory_lock.h"
#include "runner/execute/exec_program.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/policy_files.h"
#include "runner/execute/report_root.h"
#include "runner/execute/result_layout.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

constexpr int kHasFindings = 1;
constexpr int kCouldNotMeasure = 3;
constexpr int kSignalBase = 128;  // as shells have it

void PrintOnStderr(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

int StatusOf(const Report& report, const ProcessEnd& end, const FailurePolicy& policy) {
  if (end.how == ProcessEnd::How::kTimedOut) return kCouldNotMeasure;
  const bool fails = std::any_of(report.findings.begin(), report.findings.end(),
                                 [&policy](const Finding& finding) {
                                   return finding.baseline != BaselineState::kKnown &&
                                          policy.fail_on && finding.severity >= *policy.fail_on;
                                 });
  if (fails) return kHasFindings;
  return end.how == ProcessEnd::How::kSignalled ? kSignalBase + end.code : end.code;
}

/// The files, and the text for people on standard error.
Result<std::string> DeliverExec(const Report& report, const RunOptions& options,
                                const std::string& directory) {
  Delivery delivery;
  delivery.directory = directory;
  delivery.formats = options.formats;
  std::erase(delivery.formats, "github");  // its commands would stand in the program's output
  delivery.render = options.render;
  delivery.render.patch_directory = PatchDirectory(report, options.out, options.source_root);
  delivery.render.fixes_directory = FixDirectory(options.out);
  delivery.render.source_root = ReportRoot(report, options.source_root);
  delivery.render.host = HostName();
  delivery.print_text = false;
  Result<std::string> delivered = Deliver(report, delivery);
  if (!options.quiet) {
    RenderOptions for_people = delivery.render;
    for_people.color = options.color;
    for_people.hyperlinks = options.hyperlinks;
    for_people.text_columns = options.text_columns;
    PrintOnStderr("\n" + RenderText(report, for_people));
  }
  return delivered;
}

}  // namespace

Result<int> CommandExec(const ExecRequest& request) {
  RunOptions options = request.run;
  const Result<Policy> policy = ReadPolicy(options);
  if (!policy) return policy.error();
  const Result<std::string> made = MakeDirectory(options.out);
  if (!made) return made.error();
  const std::string& directory = made.value();
  if (!LockDirectory(directory)) {
    return Error{ErrorKind::kUnreadable, "another memprof is writing to " + options.out,
                 "name another directory with --out"};
  }
  const std::string work = WorkDirectory(directory);
  RemoveOwnFiles(work);
  if (Result<std::string> inner = MakeDirectory(work); !inner) return inner.error();
  Result<ExecutedProgram> executed = ExecProgram(options, work);
  if (!executed) return executed.error();

  Report report = ReportOfProgram(executed->measured, options);
  report.crash = executed->crash;
  for (const std::string& note : executed->notes) report.stages.push_back("exec: " + note);
  for (const NotMeasured& gap : executed->gaps) report.not_measured.push_back(gap);
  RemoveExecRecords(work);
  ApplyPolicy(*policy, &report);
  const Result<bool> kept = WriteBaselineFile(options, report);
  if (!kept) return kept.error();
  const Result<std::string> delivered = DeliverExec(report, options, directory);
  if (!delivered) return delivered.error();
  if (!options.quiet) PrintOnStderr(fmt::format("memprof: reports are in {}\n", options.out));
  return StatusOf(report, executed->end, options.failure);
}

}  // namespace memprof
