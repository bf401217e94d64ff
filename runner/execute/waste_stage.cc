// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/waste_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "runner/analyze/waste_candidates.h"
#include "runner/diagnose/waste/excess_copies.h"
#include "runner/diagnose/waste/peak_site.h"
#include "runner/diagnose/waste/waste_findings.h"
#include "runner/execute/dhat_run.h"
#include "runner/execute/parallel.h"
#include "runner/execute/plain_path.h"
#include "runner/execute/process.h"
#include "runner/execute/waste_trace.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// A traced run takes some times as long as one without, and there are up to three.
constexpr double kTimesTraced = 10;

/// DHAT looks at each access to memory.
constexpr double kTimesUnderDhat = 50;

/// What of a job the budget left out.
struct LeftOut {
  bool trace = false;
  bool dhat = false;
};

class WasteStage {
 public:
  WasteStage(const RunOptions& options, const Screen& screen, const DiagnoseContext& context,
             const std::string& directory, const WasteCandidates& candidates, ProfileSet* profiles)
      : options_(options),
        context_(context),
        plain_(directory),
        profiles_(profiles),
        budget_s_(std::max(options.thresholds.waste.budget_s, screen.end.seconds)) {
    const std::vector<double> native = NativeSeconds(screen.record);
    for (const WasteCandidate& candidate : candidates.tests) {
      jobs_.push_back(
          {screen.record.tests[candidate.test], native[candidate.test], candidate.needs_peak});
    }
    results_.resize(jobs_.size());
    left_out_.resize(jobs_.size());
  }

  void Run(Progress* progress) {
    std::vector<std::string> names;
    for (const WasteJob& job : jobs_) names.push_back(job.test.FullName());
    progress->Start("waste", names);
    auto measure = [&](std::size_t i) {
      progress->Begin(names[i]);
      if (!Interrupted()) Measure(i);
      progress->Advance(names[i]);
      progress->Detail(names[i] + ": " + WhatRan(i));
    };
    ForEachInParallel(jobs_.size(), options_.jobs, measure);
    if (options_.jobs <= 1 || jobs_.size() < 2) return;
    // Tests that share a port or a file fail beside each other, and it is not their fault here.
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (!Interrupted() && results_[i] && !results_[i]->ok()) Measure(i);
    }
  }

  /// How many tests have findings.
  int Diagnose(Report* report, std::vector<Finding>* findings) const {
    int wasteful = 0;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const std::string test = jobs_[i].test.FullName();
      if (!results_[i] || !results_[i]->ok()) {
        if (left_out_[i].trace) continue;
        const std::string why = results_[i] ? results_[i]->error().message : "interrupted";
        report->not_measured.push_back({"waste", test, why});
        continue;
      }
      const DiagnoseContext context = ContextOf(i);
      const WasteEvidence& evidence = results_[i]->value().evidence;
      if (!left_out_[i].dhat) TellGaps(evidence, context, report);
      std::vector<Finding> found = WasteFindings(evidence, context, options_.thresholds);
      TellWithPeak(evidence, context, findings, &found);
      if (!found.empty()) ++wasteful;
      for (Finding& finding : found) findings->push_back(std::move(finding));
    }
    return wasteful;
  }

  /// How many tests were traced.
  std::int64_t LookedAt() const {
    return std::count_if(left_out_.begin(), left_out_.end(),
                         [](const LeftOut& job) { return !job.trace; });
  }

  /// Of the stage's line; empty where all was done.
  std::string BudgetText() const {
    const auto count = [&](bool LeftOut::*what) {
      return std::count_if(left_out_.begin(), left_out_.end(),
                           [&](const LeftOut& job) { return job.*what; });
    };
    std::string text;
    if (const auto tests = count(&LeftOut::trace); tests > 0) {
      text += fmt::format("; {} left out", Counted(tests, "test"));
    }
    if (const auto tests = count(&LeftOut::dhat); tests > 0) {
      text += fmt::format("; DHAT left out for {}", Counted(tests, "test"));
    }
    if (text.empty()) return "";
    return text + fmt::format(", as {:.0f} s would not do (--waste-budget)", budget_s_);
  }

 private:
  /// Whether `times` the test's own time fits into what is left of the budget.
  bool IsInBudget(std::size_t i, double times) const {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
    return spent.count() + times * jobs_[i].native_seconds < budget_s_;
  }

  std::string WhatRan(std::size_t i) const {
    if (left_out_[i].trace || !results_[i]) return "left out";
    if (!results_[i]->ok()) return "not measured: " + results_[i]->error().message;
    const WasteEvidence& evidence = results_[i]->value().evidence;
    const bool dhat = evidence.dhat || evidence.copies;
    return dhat ? "traced, and run under DHAT" : "traced";
  }

  DiagnoseContext ContextOf(std::size_t i) const {
    DiagnoseContext context = context_;
    context.framework = results_[i]->value().framework;
    return context;
  }

  void Measure(std::size_t i) {
    if (!IsInBudget(i, kTimesTraced)) {
      left_out_[i].trace = !results_[i];
      return;
    }
    results_[i] = TraceWaste(options_, jobs_[i], context_.source_root, plain_.path());
    if (!results_[i]->ok()) return;
    profiles_->Add(std::exchange(results_[i]->value().profile, {}));
    if (options_.only != Only::kEverything) return;
    WasteEvidence& evidence = results_[i]->value().evidence;
    const DhatNeeded needed = DhatFor(evidence, options_.thresholds);
    if (!needed.heap && !needed.copies) return;
    left_out_[i].dhat = options_.Uses("massif") && !IsInBudget(i, kTimesUnderDhat);
    if (left_out_[i].dhat) return;
    RunDhat(options_, plain_.path(), jobs_[i].native_seconds, {needed.heap, false}, &evidence);
    if (needed.copies && TellsCopies(evidence, ContextOf(i))) {
      RunDhat(options_, plain_.path(), jobs_[i].native_seconds, {false, true}, &evidence);
    }
  }

  /// The copy mode adds to findings which the heap mode makes.
  bool TellsCopies(const WasteEvidence& evidence, const DiagnoseContext& context) const {
    return !CopyFindings(evidence, context, options_.thresholds).empty();
  }

  /// DHAT had reason to run, and could not. Whoever leaves massif out does not want Valgrind.
  void TellGaps(const WasteEvidence& evidence, const DiagnoseContext& context,
                Report* report) const {
    if (options_.only != Only::kEverything || !options_.Uses("massif")) return;
    const DhatNeeded needed = DhatFor(evidence, options_.thresholds);
    const std::string test = evidence.test.FullName();
    if (needed.heap && !evidence.dhat) {
      report->not_measured.push_back({"dhat", test, evidence.dhat.why_not()});
    } else if (needed.copies && !evidence.copies && TellsCopies(evidence, context)) {
      report->not_measured.push_back({"dhat", test, evidence.copies.why_not()});
    }
  }

  const RunOptions& options_;
  const DiagnoseContext& context_;
  const PlainPath plain_;  // Valgrind takes a % in a file's name for a pattern
  ProfileSet* const profiles_;
  std::vector<WasteJob> jobs_;
  std::vector<std::optional<Result<TracedWaste>>> results_;  ///< of each job that was begun
  std::vector<LeftOut> left_out_;                            ///< of each job
  const double budget_s_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace

void RunWasteStage(const RunOptions& options, const Screen& screen, const DiagnoseContext& context,
                   const std::string& directory, Progress* progress, ProfileSet* profiles,
                   Report* report, std::vector<Finding>* findings) {
  if (!options.waste || options.only == Only::kScreen || Interrupted()) return;
  const WasteCandidates candidates = FindWasteCandidates(screen.record, options.thresholds.waste);
  if (candidates.tests.empty()) return;
  WasteStage stage(options, screen, context, directory, candidates, profiles);
  stage.Run(progress);
  const int wasteful = stage.Diagnose(report, findings);
  const std::int64_t looked_at = stage.LookedAt();
  const std::string summary =
      fmt::format("{} of {} that {} much", wasteful == 0 ? "none" : fmt::format("{}", wasteful),
                  Counted(looked_at, "test"), looked_at == 1 ? "allocates" : "allocate");
  progress->Finish(summary + (wasteful == 1 ? " wastes some" : " waste some"));
  std::string stage_line =
      fmt::format("waste: {} alone with a full trace", Counted(looked_at, "test"));
  if (candidates.beyond_limit > 0) {
    stage_line += fmt::format("; {} more, which allocate less, left out (--waste-tests)",
                              candidates.beyond_limit);
  }
  report->stages.push_back(stage_line + stage.BudgetText());
}

}  // namespace memprof
