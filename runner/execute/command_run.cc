// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/command_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/ctest_stages.h"
#include "runner/execute/deliver.h"
#include "runner/execute/directory_lock.h"
#include "runner/execute/files.h"
#include "runner/execute/fix_directory.h"
#include "runner/execute/gtest_xml_files.h"
#include "runner/execute/policy_files.h"
#include "runner/execute/process.h"
#include "runner/execute/progress.h"
#include "runner/execute/report_root.h"
#include "runner/execute/run_with_scan.h"
#include "runner/execute/stages.h"
#include "runner/report/ctest_output.h"
#include "runner/report/exit_code.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

constexpr int kExitInterrupted = 130;  // as shells have it: 128 + SIGINT

RenderOptions RenderOptionsOf(const Report& report, const RunOptions& options) {
  RenderOptions render = options.render;
  render.patch_directory = PatchDirectory(report, options.out, options.source_root);
  render.fixes_directory = FixDirectory(options.out);
  render.source_root = ReportRoot(report, options.source_root);
  render.host = HostName();
  return render;
}

Result<int> DeliverRun(const Report& report, int exit_code, const RunOptions& options,
                       const std::string& directory, Progress* progress) {
  Delivery delivery;
  delivery.directory = directory;
  delivery.formats = options.formats;
  delivery.render = RenderOptionsOf(report, options);
  delivery.color = options.color;
  delivery.hyperlinks = options.hyperlinks;
  delivery.text_columns = options.text_columns;
  if (Result<std::string> written = Deliver(report, delivery); !written) {
    if (!Interrupted()) return written.error();
    progress->Warn(written.error().message);
    return kExitInterrupted;
  }
  progress->Note("reports are in " + options.out);
  return report.interrupted ? kExitInterrupted : exit_code;
}

/// What stopped a run that the user interrupted is that, whatever it broke. The report of nothing
/// takes the place of an earlier run's, which would be read as this one's.
Result<int> FailedOrInterrupted(const Error& error, const RunOptions& options,
                                const std::string& directory, Progress* progress) {
  if (!Interrupted()) return error;
  progress->Warn(error.message);
  if (options.stage == Stage::kTest) return kExitInterrupted;
  Report nothing;
  nothing.tool_version = MEMPROF_VERSION;
  nothing.binary = options.command[0];
  nothing.interrupted = true;
  nothing.interrupted_in = progress->stage();
  return DeliverRun(nothing, kExitInterrupted, options, directory, progress);
}

ProgressForm FormFor(const RunOptions& options) {
  if (options.quiet) return ProgressForm::kErrors;
  if (options.stage != Stage::kAll) return ProgressForm::kNotes;
  // With --verbose the tests print beside us, and there is a line for each rerun.
  return options.live_progress && !options.verbose ? ProgressForm::kLive : ProgressForm::kLines;
}

/// In the order of RunAllStages(). One that finds nothing to look at is passed over.
std::vector<std::string> StagesOf(const RunOptions& options) {
  std::vector<std::string> stages;
  if (options.with_scan) stages.push_back("scan");
  stages.push_back("screen");
  if (options.only == Only::kScreen) return stages;
  stages.push_back("triage");
  if (options.waste) stages.push_back("waste");
  if (options.only == Only::kEverything) stages.push_back("confirm");
  return stages;
}

/// Figures and files for CTest to take out of our output.
void PrintForCTest(const StageOutcome& outcome, const RunOptions& options,
                   const std::string& directory) {
  std::string lines = CtestMeasurementLines(outcome.measurements);
  if (options.stage == Stage::kReport) {
    const auto& formats = options.formats;
    for (const Renderer& renderer : Renderers()) {
      const std::string name = renderer.name;
      if (name != "html" && name != "text" && name != "junit") continue;
      if (std::find(formats.begin(), formats.end(), name) == formats.end()) continue;
      lines += CtestFileLine(fmt::format("{}/{}", directory, renderer.file_name));
    }
    lines += CtestFullOutputLine(RenderText(outcome.report, options.render).size(),
                                 outcome.exit_code == 0);
  }
  std::fwrite(lines.data(), 1, lines.size(), stdout);
}

}  // namespace

Result<int> CommandRun(const RunOptions& asked) {
  const Result<Policy> policy = ReadPolicy(asked);
  if (!policy) return policy.error();
  RunOptions options = asked;
  Result<std::vector<GtestResult>> gtest_results = ReadGtestXmlFiles(options.gtest_xml);
  if (!gtest_results) return gtest_results.error();
  options.render.gtest_results = std::move(gtest_results).value();
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
  Progress progress(FormFor(options), options.verbose, StagesOf(options));

  if (!by_ctest) {
    Result<std::optional<Scanned>> scanned = ScanBeforeRun(options, &progress);
    if (!scanned) return scanned.error();
    Result<Report> report = RunAllStages(options, directory, &progress);
    if (!report) return FailedOrInterrupted(report.error(), options, directory, &progress);
    if (scanned->has_value()) AddScan(std::move(*scanned.value()), &report.value());
    ApplyPolicy(*policy, &report.value());
    const Result<bool> kept = WriteBaselineFile(options, *report);
    if (!kept) return kept.error();
    if (!options.write_baseline.empty()) {
      if (*kept) {
        progress.Note("the baseline is in " + options.write_baseline);
      } else {
        progress.Warn("no baseline was written: the run did not come to its end");
      }
    }
    return DeliverRun(*report, ExitCode(*report, options.failure), options, directory, &progress);
  }
  Result<StageOutcome> outcome =
      options.stage == Stage::kScreen ? RunScreenStage(options, directory, &progress)
      : options.stage == Stage::kTest ? RunTestStage(options, *policy, directory, &progress)
                                      : RunReportStage(options, *policy, directory);
  if (!outcome) return FailedOrInterrupted(outcome.error(), options, directory, &progress);
  if (options.stage == Stage::kReport) {
    Result<int> delivered =
        DeliverRun(outcome->report, outcome->exit_code, options, directory, &progress);
    if (!delivered) return delivered;
  }
  if (!outcome->reason.empty()) {
    const std::string subject = options.stage == Stage::kTest ? options.test : options.command[0];
    const std::string line = fmt::format("{}: {}\n", subject, outcome->reason);
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  PrintForCTest(*outcome, options, directory);
  return Interrupted() ? kExitInterrupted : outcome->exit_code;
}

}  // namespace memprof
