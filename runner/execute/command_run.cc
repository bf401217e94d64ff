// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>

#include "runner/execute/ctest_stages.h"
#include "runner/execute/deliver.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/policy_files.h"
#include "runner/execute/process.h"
#include "runner/execute/progress.h"
#include "runner/execute/stages.h"
#include "runner/report/exit_code.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

constexpr int kExitInterrupted = 130;  // as shells have it: 128 + SIGINT

RenderOptions RenderOptionsOf(const Report& report, const RunOptions& options) {
  RenderOptions render = options.render;
  render.patch_directory = PatchDirectory(report, options.out, options.source_root);
  render.fixes_directory = FixDirectory(options.out);
  return render;
}

/// Held until this process ends, however it does. Where it cannot be made, the first write says so.
bool LockDirectory(const std::string& directory) {
  const int fd = open((directory + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

Result<int> DeliverRun(const Report& report, int exit_code, const RunOptions& options,
                       const std::string& directory, Progress* progress) {
  Delivery delivery;
  delivery.directory = directory;
  delivery.formats = options.formats;
  delivery.render = RenderOptionsOf(report, options);
  delivery.color = options.color;
  if (Result<std::string> written = Deliver(report, delivery); !written) return written.error();
  if (!options.quiet) progress->Note("reports are in " + options.out);
  return report.interrupted ? kExitInterrupted : exit_code;
}

}  // namespace

Result<int> CommandRun(const RunOptions& options) {
  const Result<Policy> policy = ReadPolicy(options);
  if (!policy) return policy.error();
  Result<std::string> made = MakeDirectory(options.out);
  if (!made) return made.error();
  const std::string& directory = made.value();
  const bool writes_all = options.stage == Stage::kAll || options.stage == Stage::kScreen;
  if (writes_all && !LockDirectory(directory)) {
    return Error{ErrorKind::kUnreadable, "another memprof is writing to " + options.out,
                 "name another directory with --out"};
  }
  HandleInterrupts();
  const bool by_ctest = options.stage != Stage::kAll;
  Progress progress(options.quiet || by_ctest, isatty(STDERR_FILENO) != 0);

  if (!by_ctest) {
    Result<Report> report = RunAllStages(options, directory, &progress);
    if (!report) return report.error();
    ApplyPolicy(*policy, &report.value());
    const Result<bool> kept = WriteBaselineFile(options, *report);
    if (!kept) return kept.error();
    if (!options.write_baseline.empty()) {
      progress.Note(*kept ? "the baseline is in " + options.write_baseline
                          : "no baseline was written: the run did not come to its end");
    }
    return DeliverRun(*report, ExitCode(*report, options.failure), options, directory, &progress);
  }
  Result<StageOutcome> outcome =
      options.stage == Stage::kScreen ? RunScreenStage(options, directory, &progress)
      : options.stage == Stage::kTest ? RunTestStage(options, *policy, directory, &progress)
                                      : RunReportStage(options, *policy, directory);
  if (!outcome) return outcome.error();
  if (options.stage == Stage::kReport) {
    Result<int> delivered =
        DeliverRun(outcome->report, outcome->exit_code, options, directory, &progress);
    if (!delivered) return delivered;
  }
  if (!outcome->reason.empty()) {
    const std::string subject = options.stage == Stage::kTest ? options.test : options.command[0];
    fmt::print("{}: {}\n", subject, outcome->reason);
  }
  return Interrupted() ? kExitInterrupted : outcome->exit_code;
}

}  // namespace memprof
