// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/triage_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <unordered_map>
#include <utility>

#include "runner/analyze/masked_growth.h"
#include "runner/analyze/trace_owners.h"
#include "runner/execute/record_tail.h"
#include "runner/execute/rerun.h"
#include "runner/execute/snapshot_files.h"
#include "runner/execute/trace_reader.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

/// Follows a process of many tests, which may take as long as it likes while it gets on.
class BatchWatch {
 public:
  BatchWatch(const TriageContext& context, const std::string& record, std::size_t total,
             double patience_s, bool shows_progress)
      : progress_(context.progress),
        tail_(record),
        total_(static_cast<int>(total)),
        patience_s_(patience_s),
        shows_progress_(shows_progress) {}

  bool Look() {
    const Clock::time_point now = Clock::now();
    if (tail_.Look()) {
      last_change_ = now;
      if (shows_progress_) progress_->Update(tail_.tests_ended(), total_, tail_.current());
    }
    return std::chrono::duration<double>(now - last_change_).count() < patience_s_;
  }

 private:
  Progress* const progress_;
  RecordTail tail_;
  const int total_;
  const double patience_s_;
  const bool shows_progress_;
  Clock::time_point last_change_ = Clock::now();
};

double Seconds(const record::Window& window) { return static_cast<double>(window.wall_ns) / 1e9; }

/// The runs of each test of a batch, by its number in the screen.
struct TestRuns {
  std::vector<const RecordedRun*> runs;
  double seconds = 0;
};

class Batch {
 public:
  Batch(const TriageContext& context, const std::vector<std::uint32_t>& tests, int runs)
      : context_(context), tests_(tests), runs_(runs) {}

  BatchResult Run(int settle_ms, bool shows_progress) {
    const RunOptions& options = context_.options;
    std::vector<std::string> names;
    double slowest = 0;
    for (const std::uint32_t test : tests_) {
      names.push_back(context_.tests()[test].FullName());
      slowest = std::max(slowest, context_.native_seconds[test]);
    }
    // Several processes may run the same test at once, for itself and for its suite.
    static std::atomic<int> count = 0;
    const RunFiles files =
        FilesFor(context_.directory, "triage", fmt::format("{} {}", count++, names[0]));
    const RunPlan plan = PlanTriage(options, names, runs_, settle_ms, files);
    // A thousand times what a test prints can fill a disk, and the first dozen say it all.
    const bool is_first = runs_ == options.thresholds.triage_runs;
    BatchWatch watch(context_, files.record, tests_.size() * static_cast<std::size_t>(runs_),
                     RerunTimeLimit(options, slowest, 1), shows_progress);
    const bool single = tests_.size() == 1;
    const Rerun rerun = RunPlanned(plan, files, is_first ? files.tool_log : "/dev/null",
                                   single ? RerunTimeLimit(options, slowest, runs_) : 0,
                                   [&] { return single || watch.Look(); });
    std::remove(files.record.c_str());
    std::remove(files.flags.c_str());
    record_path_ = files.record;
    BatchResult result = Read(rerun);
    TellDetail(names, rerun, result.why);
    RemoveSnapshotFiles(files.record, SnapshotIterations(runs_).size());
    return result;
  }

 private:
  void TellDetail(const std::vector<std::string>& names, const Rerun& rerun,
                  const std::string& why_not) const {
    const std::string tests =
        names.size() == 1 ? names[0] : fmt::format("{} and {} more", names[0], names.size() - 1);
    const double seconds = rerun.end ? rerun.end->seconds : 0;
    context_.progress->Detail(fmt::format("{}: {} runs in a process, {}{}{}", tests, runs_,
                                          HumanDuration(static_cast<std::int64_t>(seconds * 1e9)),
                                          why_not.empty() ? "" : ": ", why_not));
  }

  BatchResult Read(const Rerun& rerun) {
    BatchResult result;
    result.why = WhyIncomplete(rerun, runs_);
    result.timed_out = rerun.end && rerun.end->how == ProcessEnd::How::kTimedOut;
    if (!rerun.record) return result;
    const RecordFile& record = *rerun.record;
    // What a longer run printed is not kept, and a stream alone does not tell.
    tells_skips_ = runs_ == context_.options.thresholds.triage_runs || !record.process ||
                   record.process->boundary_source != record::kFromStream;
    SortRuns(record);
    if (!result.why.empty()) {
      const bool running = !record.runs.empty() && !record.runs.back().finished;
      if (running) result.running = InScreen(record, record.runs.back().test);
      return result;
    }
    for (const std::uint32_t test : tests_) {
      const TestRuns& of = of_test_[test];
      if (of.runs.size() < static_cast<std::size_t>(runs_)) result.missing.push_back(test);
      if (auto differs = WhyUnrepeatable(test, of)) {
        result.unrepeatable.push_back(*std::move(differs));
      }
    }
    if (!result.missing.empty() || !result.unrepeatable.empty()) return result;
    SumUpTime(record, rerun.seconds);
    AddOwners(record, &result.owners);
    return result;
  }

  std::uint32_t InScreen(const RecordFile& record, std::uint32_t test) const {
    const auto found = context_.by_name.find(record.tests[test].FullName());
    return found != context_.by_name.end() ? found->second : record::kNoTest;
  }

  void SortRuns(const RecordFile& record) {
    std::vector<std::uint32_t> in_screen;
    for (std::uint32_t i = 0; i < record.tests.size(); ++i)
      in_screen.push_back(InScreen(record, i));
    for (const RecordedRun& run : record.runs) {
      if (!run.finished || in_screen[run.test] == record::kNoTest) continue;
      TestRuns& of = of_test_[in_screen[run.test]];
      of.runs.push_back(&run);
      of.seconds += Seconds(run.window);
    }
  }

  std::optional<Unrepeatable> WhyUnrepeatable(std::uint32_t test, const TestRuns& of) const {
    const ScreenOutcome& screen = context_.outcomes[test];
    for (std::size_t i = 0; i < of.runs.size(); ++i) {
      if (!screen.DiffersFrom(*of.runs[i], tells_skips_)) continue;
      const char* what = of.runs[i]->outcome == record::kOutcomeFailed ? "failed" : "was skipped";
      const int safe = static_cast<int>(i);
      if (i > 0) {
        return Unrepeatable{test,
                            fmt::format("{} in run {} of {} in one process, and {} in the first",
                                        what, i + 1, runs_, screen.Text()),
                            safe};
      }
      return Unrepeatable{
          test,
          fmt::format("{} when it ran alone, and {} among the other tests: it depends on them",
                      what, screen.Text()),
          safe};
    }
    return std::nullopt;
  }

  /// What each test would take without the others: besides itself its suite's own time, the
  /// program's, and that of the process outside of its iterations.
  void SumUpTime(const RecordFile& record, double process_seconds) {
    std::unordered_map<std::string, double> in_tests;
    for (const RecordedRun& run : record.runs) {
      in_tests[record.tests[run.test].suite] += Seconds(run.window);
    }
    double in_suites = 0;
    for (const RecordedSuite& suite : record.suites) {
      in_suites += Seconds(suite.window);
      seconds_of_suite_[suite.name] += Seconds(suite.window);
    }
    for (const auto& [suite, seconds] : in_tests) seconds_of_suite_[suite] -= seconds;
    // The pause before the last iteration of a longer run is the same for any number of runs.
    const bool paused = runs_ > context_.options.thresholds.triage_runs;
    seconds_beside_ =
        std::max(0.0, process_seconds - in_suites - (paused ? kRestMs / 1000.0 : 0.0));
  }

  Followed Follow(std::uint32_t test) {
    Followed followed;
    followed.evidence.test = context_.tests()[test];
    followed.test = test;
    followed.owner = followed.evidence.test.FullName();
    followed.runs = runs_;
    const double suite = std::max(0.0, seconds_of_suite_[followed.evidence.test.suite]);
    followed.own_seconds_per_run = of_test_[test].seconds / runs_;
    followed.seconds_per_run = followed.own_seconds_per_run + (suite + seconds_beside_) / runs_;
    followed.budget_left_s = context_.options.thresholds.growth_budget_s;
    return followed;
  }

  void AddOwners(const RecordFile& record, std::vector<Followed>* owners) {
    const std::string untraced = WhyUntraced(record);
    if (untraced.empty()) return AddTraced(record, owners);
    if (tests_.size() > 1) return;
    Followed followed = Follow(tests_[0]);
    followed.alone = true;
    followed.evidence.triage.series = BuildProcessSeries(record);
    followed.evidence.triage.untraced = untraced;
    const record::Window& first = of_test_[tests_[0]].runs.front()->window;
    if ((first.measured & record::kHeapMeasured) != 0) {
      followed.evidence.kept_once_bytes = first.kept_bytes;
    }
    owners->push_back(std::move(followed));
  }

  /// A test whose rerun shows what its suite does, and one for the program (of the empty name): the
  /// quickest, for neither the threads that a test leaves nor its own work tell of them.
  std::unordered_map<std::string, std::uint32_t> StandIns() {
    auto key = [this](std::uint32_t test) {
      const ScreenOutcome& screen = context_.outcomes[test];
      return std::pair(screen.failed || screen.skipped, of_test_[test].seconds);
    };
    std::unordered_map<std::string, std::uint32_t> stand_ins;
    for (const std::uint32_t test : tests_) {
      for (const std::string& owner : {context_.tests()[test].suite, std::string()}) {
        std::uint32_t& known = stand_ins.try_emplace(owner, test).first->second;
        if (key(test) < key(known)) known = test;
      }
    }
    return stand_ins;
  }

  void AddTraced(const RecordFile& record, std::vector<Followed>* owners) {
    const std::unordered_map<std::string, std::uint32_t> stand_ins = StandIns();
    std::vector<std::string> unnamed_modules;
    // A longer run follows a few of the same tests, which would be told twice.
    const bool is_first = runs_ == context_.options.thresholds.triage_runs;
    Profile profile;
    std::vector<TracedOwner> traced =
        ReadTracedOwners(record, record_path_, context_.options, context_.source_root,
                         &unnamed_modules, is_first ? &profile : nullptr);
    if (is_first) context_.profiles->Add(std::move(profile));
    for (TracedOwner& owner : traced) {
      const auto& known = owner.scope == Scope::kTest ? context_.by_name : stand_ins;
      const auto test = known.find(owner.name);
      if (test == known.end() || !of_test_.contains(test->second)) continue;
      Followed followed = Follow(test->second);
      followed.owner = owner.name;
      const QuantitySeries& live = owner.series.Of(Quantity::kBytes);
      if (owner.scope == Scope::kTest && live.measured) {
        followed.evidence.kept_once_bytes = live.values[0];
      }
      UnmaskGrowth(context_.options.thresholds.growth, &owner);
      TestEvidence& evidence = followed.evidence;
      evidence.scope = owner.scope;
      evidence.triage.series = std::move(owner.series);
      evidence.triage.sites = std::move(owner.sites);
      evidence.triage.resources = std::move(owner.resources);
      evidence.triage.objects = std::move(owner.objects);
      if (!record.trace->states.empty()) {
        evidence.triage.untracked_blocks = record.trace->states.back().untracked_blocks;
      }
      evidence.triage.untraced.clear();
      evidence.triage.unnamed_modules = unnamed_modules;
      owners->push_back(std::move(followed));
    }
  }

  const TriageContext& context_;
  const std::vector<std::uint32_t>& tests_;
  const int runs_;
  std::string record_path_;
  bool tells_skips_ = true;
  std::unordered_map<std::uint32_t, TestRuns> of_test_;
  std::unordered_map<std::string, double> seconds_of_suite_;  ///< outside of its tests
  double seconds_beside_ = 0;                                 ///< outside of all suites
};

}  // namespace

BatchResult RunBatch(const TriageContext& context, const std::vector<std::uint32_t>& tests,
                     int runs, int settle_ms, bool shows_progress) {
  return Batch(context, tests, runs).Run(settle_ms, shows_progress);
}

Followed EvidenceOfOne(const TriageContext& context, std::uint32_t test,
                       const BatchResult& result) {
  if (!result.owners.empty()) return result.owners.front();
  Followed followed;
  followed.test = test;
  followed.evidence.test = context.tests()[test];
  followed.owner = followed.evidence.test.FullName();
  followed.alone = true;
  TriageEvidence& triage = followed.evidence.triage;
  std::string why = result.why;
  if (!result.unrepeatable.empty()) {
    why = triage.unrepeatable = result.unrepeatable[0].why;
    triage.safe_runs = result.unrepeatable[0].safe_runs;
  } else if (why.empty()) {
    why = "no test of that name ran";
  }
  triage.series = Measured<ProcessSeries>::Not(why);
  return followed;
}

}  // namespace memprof
