// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/first_runs.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "runner/analyze/growth.h"
#include "runner/execute/followed_growth.h"
#include "runner/execute/parallel.h"
#include "runner/execute/process.h"

namespace memprof {
namespace {

/// Threads that were told to end get two seconds, as goleak has it.
constexpr int kSettleMs = 2000;

/// Each restart repeats all that went well before; with more tests than this that cannot run in
/// company, each by itself is no dearer.
constexpr int kMostRestarts = 3;

class FirstRuns {
 public:
  FirstRuns(const TriageContext& context, const std::vector<std::uint32_t>& suspects)
      : context_(context), suspects_(suspects) {}

  std::vector<Followed> Run(const std::vector<std::uint32_t>& givers) {
    std::set<std::uint32_t> together(suspects_.begin(), suspects_.end());
    for (const std::uint32_t suspect : suspects_) {
      if (givers[suspect] != record::kNoTest) together.insert(givers[suspect]);
    }
    // Without owners of blocks a process of several tests tells nothing.
    const std::optional<RecordedProcess>& process = context_.screen.record.process;
    const bool traceable = process && process->heap_counted();
    if (traceable && together.size() > 1) RunTogether({together.begin(), together.end()}, givers);
    std::vector<std::uint32_t> alone;
    for (const std::uint32_t suspect : suspects_) {
      if (!of_test_.contains(suspect)) alone.push_back(suspect);
    }
    Take(RunAlone(alone), /*replace=*/true);

    alone.clear();
    for (const std::uint32_t suspect : suspects_) {
      const Followed& known = of_test_.at(suspect);
      if (givers[suspect] != record::kNoTest && !known.alone && !Grows(known)) {
        alone.push_back(suspect);
      }
    }
    Take(RunAlone(alone), /*replace=*/false);
    ClearWhoOnlyMadeIt();
    return Finish();
  }

 private:
  bool Grows(const Followed& followed) const {
    const Measured<ProcessSeries>& series = followed.evidence.triage.series;
    return series && AnyGrows(*series, context_.options.thresholds.growth);
  }

  /// Whether objects of a pair table's kind grow, such as contexts that are never destroyed.
  bool ObjectsGrow(const Followed& followed) const {
    const Measured<ProcessSeries>& series = followed.evidence.triage.series;
    if (!series) return false;
    return std::any_of(series->gauges.begin(), series->gauges.end(), [&](const GaugeSeries& gauge) {
      return gauge.kind == record::kPairGauge && gauge.measured &&
             ClassifyGrowth(gauge.values, context_.options.thresholds.growth).growing;
    });
  }

  /// Whether bytes grow and nothing else does, by about the same each run.
  bool OnlyBytesGrowEachRun(const Followed& followed) const {
    if (!Grows(followed)) return false;
    ProcessSeries series = *followed.evidence.triage.series;
    QuantitySeries& bytes = series.quantities[static_cast<std::size_t>(Quantity::kBytes)];
    const GrowthRule& rule = context_.options.thresholds.growth;
    if (!bytes.measured || ClassifyGrowth(bytes.values, rule).growth != GrowthClass::kLinear) {
      return false;
    }
    bytes.measured = false;
    return !AnyGrows(series, rule);
  }

  bool RestsAfterWarmUp(const Followed& followed) const {
    const Measured<ProcessSeries>& series = followed.evidence.triage.series;
    if (!series || !followed.evidence.triage.traced() || Grows(followed)) return false;
    const QuantitySeries& bytes = series->Of(Quantity::kBytes);
    const auto warm_up = static_cast<std::size_t>(context_.options.thresholds.growth.warm_up);
    if (!bytes.measured || bytes.values.size() <= warm_up) return false;
    return *std::max_element(bytes.values.begin() + warm_up, bytes.values.end()) <=
           bytes.values[warm_up];
  }

  /// A library may keep what it was given back for the next who asks: then the blocks of a test
  /// that releases all are in the hands of another that does not, and grow as if they were the
  /// first one's fault. Where objects grow, that other is known: whoever alone keeps nothing did
  /// not do it.
  void ClearWhoOnlyMadeIt() {
    std::vector<std::uint32_t> in_doubt;
    bool is_known = false;
    for (const std::uint32_t suspect : suspects_) {
      const Followed& known = of_test_.at(suspect);
      if (known.alone) continue;
      if (ObjectsGrow(known)) {
        is_known = true;
      } else if (OnlyBytesGrowEachRun(known)) {
        in_doubt.push_back(suspect);
      }
    }
    if (!is_known || Interrupted()) return;
    for (Followed& alone : RunAlone(in_doubt)) {
      if (alone.evidence.scope == Scope::kTest && RestsAfterWarmUp(alone)) {
        of_test_[alone.test] = std::move(alone);
      }
    }
  }

  std::vector<std::string> NamesOf(const std::vector<std::uint32_t>& tests) const {
    std::vector<std::string> names;
    for (const std::uint32_t test : tests) names.push_back(context_.tests()[test].FullName());
    return names;
  }

  void RunTogether(std::vector<std::uint32_t> tests, const std::vector<std::uint32_t>& givers) {
    const int runs = context_.options.thresholds.triage_runs;
    context_.progress->Step("", NamesOf(tests), runs);
    for (int restart = 0; restart <= kMostRestarts && !tests.empty(); ++restart) {
      BatchResult result = RunBatch(context_, tests, runs, kSettleMs, /*shows_progress=*/true);
      if (!result.owners.empty()) {
        for (Followed& followed : result.owners) {
          const std::uint32_t giver = givers[followed.test];
          followed.giver_ran_along = std::find(tests.begin(), tests.end(), giver) != tests.end();
          Add(std::move(followed));
        }
        return;
      }
      if (Interrupted()) return;
      std::set<std::uint32_t> out(result.missing.begin(), result.missing.end());
      for (const Unrepeatable& each : result.unrepeatable) out.insert(each.test);
      if (result.running != record::kNoTest) {
        out.insert(result.running);
        // To wait for it once more would tell nothing new.
        if (result.timed_out) Add(EvidenceOfOne(context_, result.running, result));
      }
      const std::size_t before = tests.size();
      std::erase_if(tests, [&](std::uint32_t test) { return out.contains(test); });
      // Nothing to take out: there is no trace, or the process ended between two tests.
      if (tests.size() == before) return;
    }
  }

  /// One process each.
  std::vector<BatchResult> RunEach(const std::vector<std::uint32_t>& tests) {
    const int runs = context_.options.thresholds.triage_runs;
    const std::vector<std::string> names = NamesOf(tests);
    context_.progress->Step("one by one", names);
    std::vector<BatchResult> results(tests.size());
    auto run = [&](std::size_t i) {
      if (Interrupted()) {
        results[i].why = "interrupted";
        return;
      }
      context_.progress->Begin(names[i]);
      results[i] = RunBatch(context_, {tests[i]}, runs, kSettleMs);
      context_.progress->Advance(names[i]);
    };
    ForEachInParallel(tests.size(), context_.options.jobs, run);
    if (context_.options.jobs > 1 && tests.size() > 1) {
      // Tests that share a port or a file fail beside each other, and it is not their fault here.
      for (std::size_t i = 0; i < tests.size(); ++i) {
        if (results[i].owners.empty() && !Interrupted()) run(i);
      }
    }
    return results;
  }

  std::vector<Followed> RunAlone(const std::vector<std::uint32_t>& tests) {
    if (tests.empty()) return {};
    std::vector<BatchResult> results = RunEach(tests);
    std::vector<Followed> all;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      Followed test = EvidenceOfOne(context_, tests[i], results[i]);
      test.alone = true;
      all.push_back(std::move(test));
      for (std::size_t j = 1; j < results[i].owners.size(); ++j) {
        results[i].owners[j].alone = true;
        all.push_back(std::move(results[i].owners[j]));
      }
    }
    return all;
  }

  /// With `replace` the tests are new; without, only those that grow here take the place of what
  /// their run in company showed.
  void Take(std::vector<Followed> all, bool replace) {
    for (Followed& followed : all) {
      const bool is_test = followed.evidence.scope == Scope::kTest;
      if (is_test && !replace) {
        if (Grows(followed)) of_test_[followed.test] = std::move(followed);
      } else if (is_test || replace) {
        Add(std::move(followed));
      }
    }
  }

  /// What is known already stays: a suite shows in the first process that ran a test of it.
  void Add(Followed followed) {
    if (followed.evidence.scope == Scope::kTest) {
      of_test_.emplace(followed.test, std::move(followed));
      return;
    }
    const std::pair key(followed.evidence.scope, followed.owner);
    if (KeepsSomething(followed) && known_others_.insert(key).second) {
      others_.push_back(std::move(followed));
    }
  }

  /// What is kept once outside of the tests may be lost, and LeakSanitizer settles that.
  bool KeepsSomething(const Followed& followed) const {
    const TriageEvidence& triage = followed.evidence.triage;
    return Grows(followed) || !triage.sites.empty() || !triage.resources.empty();
  }

  std::vector<Followed> Finish() {
    std::vector<Followed> all;
    for (const std::uint32_t suspect : suspects_) all.push_back(std::move(of_test_.at(suspect)));
    std::move(others_.begin(), others_.end(), std::back_inserter(all));
    return all;
  }

  const TriageContext& context_;
  const std::vector<std::uint32_t>& suspects_;
  std::unordered_map<std::uint32_t, Followed> of_test_;
  std::vector<Followed> others_;  ///< suites and the program
  std::set<std::pair<Scope, std::string>> known_others_;
};

}  // namespace

std::vector<Followed> MeasureSuspects(const TriageContext& context,
                                      const std::vector<std::uint32_t>& suspects,
                                      const std::vector<std::uint32_t>& givers) {
  return FirstRuns(context, suspects).Run(givers);
}

}  // namespace memprof
