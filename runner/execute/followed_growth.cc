// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/followed_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/analyze/growth.h"
#include "runner/execute/parallel.h"
#include "runner/execute/process.h"

namespace memprof {
namespace {

/// When the suspect is run again because something grows, what stays is known to stay.
constexpr int kSettleMsAgain = 200;

GrowthRate RateOf(const Followed& followed, const GrowthRule& rule) {
  const ProcessSeries& series = *followed.evidence.triage.series;
  auto slope = [&](Quantity quantity) {
    return std::max(0.0, ClassifyGrowth(series.Of(quantity).values, rule).slope);
  };
  GrowthRate rate;
  rate.bytes_per_run = slope(Quantity::kBytes) + slope(Quantity::kMappedBytes);
  rate.descriptors_per_run = slope(Quantity::kDescriptors);
  for (const IdentitySeries& identity : series.descriptors) {
    if (identity.target != "anon_inode:inotify") continue;
    rate.inotify_per_run = std::max(0.0, ClassifyGrowth(identity.counts, rule).slope);
  }
  rate.threads_per_run = slope(Quantity::kThreads);
  rate.seconds_per_run = followed.seconds_per_run;
  return rate;
}

class Follower {
 public:
  Follower(const TriageContext& context, std::vector<Followed>* followed)
      : context_(context), followed_(*followed) {}

  void Run() {
    std::vector<std::size_t> active;
    for (std::size_t i = 0; i < followed_.size(); ++i) {
      if (Grows(followed_[i])) active.push_back(i);
    }
    while (!active.empty() && !Interrupted()) active = RunRound(active);
  }

 private:
  bool Grows(const Followed& followed) const {
    const Measured<ProcessSeries>& series = followed.evidence.triage.series;
    return series && AnyGrows(*series, context_.options.thresholds.growth);
  }

  std::string NameOf(std::size_t i) const { return context_.tests()[followed_[i].test].FullName(); }

  /// Returns those that are to run on.
  std::vector<std::size_t> RunRound(const std::vector<std::size_t>& active) {
    const Thresholds& thresholds = context_.options.thresholds;
    std::vector<PlannedRun> planned;
    std::vector<std::size_t> going_on;
    for (const std::size_t i : active) {
      Followed& followed = followed_[i];
      const GrowthRate rate = RateOf(followed, thresholds.growth);
      const NextRun next =
          PlanExtension(followed.runs, rate, context_.limits, followed.budget_left_s, thresholds);
      followed.evidence.triage.ended_early = next.ended_by;
      if (next.runs == 0) continue;
      planned.push_back(
          {next.runs, rate, next.runs * followed.own_seconds_per_run, followed.alone});
      going_on.push_back(i);
    }
    std::vector<std::string> names;
    for (const std::size_t i : going_on) names.push_back(NameOf(i));
    context_.progress->Step("growth followed", names);
    const std::vector<std::vector<std::size_t>> batches =
        PackRuns(planned, context_.limits, context_.options.jobs);
    std::vector<char> is_longer(followed_.size());  // of several threads, so no vector<bool>
    ForEachInParallel(batches.size(), context_.options.jobs, [&](std::size_t b) {
      std::vector<std::size_t> batch;
      for (const std::size_t i : batches[b]) batch.push_back(going_on[i]);
      if (!Interrupted()) context_.progress->Begin(NameOf(batch[0]));
      Extend(batch, planned[batches[b][0]].runs, &is_longer);
      for (const std::size_t i : batch) context_.progress->Advance(NameOf(i));
    });
    std::vector<std::size_t> growing;
    for (const std::size_t i : going_on) {
      if (is_longer[i] != 0 && Grows(followed_[i])) growing.push_back(i);
    }
    return growing;
  }

  void Extend(const std::vector<std::size_t>& batch, int runs, std::vector<char>* is_longer) {
    if (Interrupted()) return;
    std::vector<std::uint32_t> tests;
    for (const std::size_t i : batch) tests.push_back(followed_[i].test);
    std::sort(tests.begin(), tests.end());
    tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
    BatchResult result = RunBatch(context_, tests, runs, kSettleMsAgain);
    if (result.owners.empty() && batch.size() > 1) {
      for (const std::size_t i : batch) Extend({i}, runs, is_longer);
      return;
    }
    for (const std::size_t i : batch) (*is_longer)[i] = TakeLonger(i, runs, &result) ? 1 : 0;
  }

  bool TakeLonger(std::size_t index, int runs, BatchResult* result) {
    Followed& shorter = followed_[index];
    for (Followed& longer : result->owners) {
      if (longer.owner != shorter.owner || longer.evidence.scope != shorter.evidence.scope) {
        continue;
      }
      longer.budget_left_s = shorter.budget_left_s - longer.seconds_per_run * runs;
      longer.evidence.kept_once_bytes = shorter.evidence.kept_once_bytes;
      longer.alone |= shorter.alone;
      longer.giver_ran_along = shorter.giver_ran_along;
      longer.test = shorter.test;
      longer.evidence.test = shorter.evidence.test;
      shorter = std::move(longer);
      return true;
    }
    // The shorter series stands: what ended the longer run may be the growth itself.
    const Followed one = EvidenceOfOne(context_, shorter.test, *result);
    shorter.evidence.triage.ended_early = fmt::format(
        "a run of {} iterations, which {}", runs,
        one.evidence.triage.series ? "was not traced" : one.evidence.triage.series.why_not());
    return false;
  }

  const TriageContext& context_;
  std::vector<Followed>& followed_;
};

}  // namespace

bool AnyGrows(const ProcessSeries& series, const GrowthRule& rule) {
  for (const Quantity quantity : kQuantities) {
    const QuantitySeries& of = series.Of(quantity);
    if (of.measured && ClassifyGrowth(of.values, rule).growing) return true;
  }
  for (const GaugeSeries& gauge : series.gauges) {
    if (gauge.measured && ClassifyGrowth(gauge.values, rule).growing) return true;
  }
  return std::any_of(series.descriptors.begin(), series.descriptors.end(),
                     [&](const IdentitySeries& identity) {
                       return ClassifyGrowth(identity.counts, rule).growing;
                     });
}

void FollowGrowth(const TriageContext& context, std::vector<Followed>* followed) {
  Follower(context, followed).Run();
}

}  // namespace memprof
