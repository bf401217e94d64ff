// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/isolate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <vector>

#include "runner/analyze/listed_tests.h"
#include "runner/analyze/merged_record.h"
#include "runner/execute/binary_facts.h"
#include "runner/execute/files.h"
#include "runner/execute/parallel.h"
#include "runner/execute/rerun.h"
#include "runner/execute/silence.h"
#include "runner/execute/source_root.h"
#include "runner/execute/test_list.h"
#include "runner/plan/rerun_plan.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

// As the whole screen has it without progress.
constexpr double kDefaultPatienceSeconds = 300;

/// GoogleTest's abort at a second RUN_ALL_TESTS comes when everything is measured.
bool EndedWell(const Rerun& rerun) {
  if (!rerun.record || !rerun.record->program_ended) return false;
  const ProcessEnd& end = *rerun.end;
  return end.how == ProcessEnd::How::kExited ||
         (end.how == ProcessEnd::How::kSignalled && end.code == SIGABRT &&
          rerun.record->process->boundary_source == record::kFromStream);
}

bool Failed(const Rerun& rerun) {
  return !EndedWell(rerun) ||
         std::any_of(rerun.record->runs.begin(), rerun.record->runs.end(),
                     [](const RecordedRun& run) { return run.outcome == record::kOutcomeFailed; });
}

class IsolatedScreen {
 public:
  IsolatedScreen(const RunOptions& options, const std::string& directory, Progress* progress)
      : options_(options), directory_(directory), progress_(progress) {
    screen_.output_path = directory + "/screen.log";
  }

  Result<Screen> Run() {
    const auto start = std::chrono::steady_clock::now();
    const BinaryFacts facts = InspectBinary(options_.command[0], directory_);
    Result<PluginChoice> choice = ChoosePlugin(facts);
    if (!choice) return choice.error();
    progress_->Reach("list");
    Result<std::vector<RecordedTest>> planned = ListPlannedTests(options_, directory_);
    if (!planned) return planned.error();
    planned_ = std::move(planned).value();
    if (*choice == PluginChoice::kPreload) {
      if (Result<PluginLibrary> used = UsePreload(facts); !used) return used.error();
    }
    std::vector<std::string> names;
    for (const RecordedTest& test : planned_) names.push_back(test.FullName());
    progress_->Start("screen", names);
    runs_.resize(planned_.size());
    if (!planned_.empty()) {
      Measure(0);
      if (!Spoke(runs_[0]) && *choice != PluginChoice::kPreload && !Interrupted()) {
        if (Result<PluginLibrary> used = UsePreload(facts); !used) return used.error();
        Measure(0);
      }
      if (!Spoke(runs_[0])) return WhyFirstIsSilent(facts);
    }
    MeasureTheRest();
    Merge();
    const auto took = std::chrono::steady_clock::now() - start;
    screen_.end.seconds = std::chrono::duration<double>(took).count();
    ResolveTestFiles(options_, &screen_.record);
    progress_->Finish(fmt::format(
        "{}, a process each, in {}", Counted(static_cast<std::int64_t>(planned_.size()), "test"),
        HumanDuration(static_cast<std::int64_t>(screen_.end.seconds * 1e9))));
    return std::move(screen_);
  }

 private:
  static bool Spoke(const Rerun& rerun) { return rerun.record && rerun.record->process; }

  Result<PluginLibrary> UsePreload(const BinaryFacts& facts) {
    Result<PluginLibrary> plugin = FindPluginLibrary(options_.plugin);
    if (!plugin) return plugin;
    screen_.plugin = plugin.value();
    screen_.preload = PreloadList(facts, plugin->path);
    options_.preload = screen_.preload;
    return plugin;
  }

  RunFiles FilesOf(std::size_t i) const {
    return FilesFor(directory_, "isolate", planned_[i].FullName());
  }

  void Measure(std::size_t i) {
    const RunFiles files = FilesOf(i);
    const RunPlan plan =
        PlanIsolated(options_, planned_[i].FullName(), std::max(options_.repeat, 1), files);
    runs_[i] = RunPlanned(plan, files, files.tool_log,
                          options_.timeout_s > 0 ? options_.timeout_s : kDefaultPatienceSeconds, {},
                          HangStacks::kRead);
    Rerun& rerun = runs_[i];
    if (Spoke(rerun) && rerun.record->process->boundary_source == record::kFromStream) {
      JoinPlanned({planned_[i]}, &*rerun.record);
    }
    std::remove(files.record.c_str());
  }

  void MeasureTheRest() {
    auto run = [&](std::size_t i) {
      progress_->Begin(planned_[i].FullName());
      if (!Interrupted() && !runs_[i].end) Measure(i);
      progress_->Advance(planned_[i].FullName());
    };
    ForEachInParallel(planned_.size(), options_.jobs, run);
    if (options_.jobs <= 1) return;
    for (std::size_t i = 1; i < planned_.size(); ++i) {
      if (!Interrupted() && Failed(runs_[i])) Measure(i);
    }
  }

  Error WhyFirstIsSilent(const BinaryFacts& facts) const {
    if (!runs_[0].end) return Error{ErrorKind::kProcess, runs_[0].why_not, ""};
    // Where the explanation looks for what was printed.
    if (Result<std::string> text = ReadFile(FilesOf(0).tool_log); text.ok()) {
      (void)WriteFile(screen_.output_path, text.value());
    }
    return ExplainSilence(options_, facts, *runs_[0].end, directory_);
  }

  /// In the order of the list. What went wrong first is how the screen ended.
  void Merge() {
    bool all_well = true;
    MergedRecord merged;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      Rerun& rerun = runs_[i];
      const bool well = EndedWell(rerun);
      if (!well && all_well && rerun.end) {
        screen_.end = *rerun.end;
        screen_.hung = std::move(rerun.hung);
      }
      all_well = all_well && well;
      if (Spoke(rerun)) merged.Add(std::move(*rerun.record));
    }
    screen_.record = std::move(merged).Finish();
    if (Interrupted()) screen_.end.how = ProcessEnd::How::kInterrupted;
    JoinPlanned(planned_, &screen_.record);
    screen_.record.program_ended = all_well;
  }

  RunOptions options_;
  const std::string& directory_;
  Progress* progress_;
  std::vector<RecordedTest> planned_;
  std::vector<Rerun> runs_;  ///< of each planned test
  Screen screen_;
};

}  // namespace

Result<Screen> RunIsolatedScreen(const RunOptions& options, const std::string& directory,
                                 Progress* progress) {
  return IsolatedScreen(options, directory, progress).Run();
}

}  // namespace memprof
