// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/triage.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include "runner/analyze/growth.h"
#include "runner/execute/parallel.h"
#include "runner/execute/rerun.h"

namespace memprof {
namespace {

/// Threads that were told to end get two seconds, as goleak has it. When the suspect is run again
/// because something grows, what stays is known to stay.
constexpr int kSettleMs = 2000;
constexpr int kSettleMsAgain = 200;

/// How one test did in the screen, to compare its reruns with.
struct ScreenOutcome {
  bool failed = false;
  bool skipped = false;
};

ScreenOutcome OutcomeInScreen(const RecordFile& record, std::uint32_t test) {
  ScreenOutcome outcome;
  for (const RecordedRun& run : record.runs) {
    if (run.test != test || !run.finished) continue;
    outcome.failed |= run.outcome == record::kOutcomeFailed;
    outcome.skipped |= run.outcome == record::kOutcomeSkipped;
  }
  return outcome;
}

bool Differs(const RecordedRun& run, const ScreenOutcome& screen) {
  return (run.outcome == record::kOutcomeFailed && !screen.failed) ||
         (run.outcome == record::kOutcomeSkipped && !screen.skipped);
}

int SafeRuns(const RecordFile& record, const ScreenOutcome& screen) {
  int safe = 0;
  while (static_cast<std::size_t>(safe) < record.runs.size() &&
         !Differs(record.runs[static_cast<std::size_t>(safe)], screen)) {
    ++safe;
  }
  return safe;
}

/// Why a test that passed in the screen cannot be taken at its word here; empty when it can.
std::string WhyUnrepeatable(const RecordFile& record, const ScreenOutcome& screen, int runs) {
  for (std::size_t i = 0; i < record.runs.size(); ++i) {
    const RecordedRun& run = record.runs[i];
    if (!Differs(run, screen)) continue;
    const char* what = run.outcome == record::kOutcomeFailed ? "failed" : "was skipped";
    if (i == 0) {
      return fmt::format(
          "{} when it ran alone, and passed among the other tests: it depends on them", what);
    }
    return fmt::format("{} in run {} of {} in one process, and passed in the first", what, i + 1,
                       runs);
  }
  return "";
}

/// A later test of the same suite whose window gave back what the window of `test` kept, or more:
/// the two belong together, and the first grows only where it is run without the other. A
/// heuristic; a quarter of the amount is allowed for what both do beside it.
std::string WhoGivesBack(const RecordFile& record, std::uint32_t test) {
  std::int64_t kept = 0;
  for (const RecordedRun& run : record.runs) {
    if (!run.finished || (run.window.measured & record::kHeapMeasured) == 0) continue;
    if (run.test == test && kept == 0) {
      kept = run.window.kept_bytes;
    } else if (kept > 0 && record.tests[run.test].suite == record.tests[test].suite &&
               run.window.kept_bytes <= -(kept - kept / 4)) {
      return record.tests[run.test].FullName();
    }
  }
  return "";
}

bool AnyGrows(const ProcessSeries& series, const GrowthRule& rule) {
  for (const Quantity quantity : kQuantities) {
    const QuantitySeries& of = series.Of(quantity);
    if (of.measured && ClassifyGrowth(of.values, rule).growing) return true;
  }
  return std::any_of(series.descriptors.begin(), series.descriptors.end(),
                     [&](const IdentitySeries& identity) {
                       return ClassifyGrowth(identity.counts, rule).growing;
                     });
}

GrowthRate RateOf(const ProcessSeries& series, const GrowthRule& rule, double seconds) {
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
  rate.seconds_per_run = seconds / std::max(series.iterations, 1);
  return rate;
}

/// The triage of one suspect.
class SuspectRun {
 public:
  SuspectRun(const RunOptions& options, const Screen& screen, const Suspect& suspect,
             double native_seconds, const std::string& directory)
      : options_(options),
        test_(screen.record.tests[suspect.test]),
        outcome_(OutcomeInScreen(screen.record, suspect.test)),
        native_seconds_(native_seconds),
        files_(FilesFor(directory, "triage", test_.FullName())) {}

  /// Goes on while it grows, within the limits.
  TestEvidence Run(const MachineLimits& limits) {
    TestEvidence evidence;
    evidence.test = test_;
    const GrowthRule& rule = options_.thresholds.growth;
    int runs = options_.thresholds.triage_runs;
    double seconds = 0;
    if (!Measure(runs, kSettleMs, &evidence, &seconds)) return evidence;
    double budget_left_s = options_.thresholds.growth_budget_s;
    while (AnyGrows(*evidence.triage.series, rule) && !Interrupted()) {
      const NextRun next = PlanExtension(runs, RateOf(*evidence.triage.series, rule, seconds),
                                         limits, budget_left_s, options_.thresholds);
      evidence.triage.ended_early = next.ended_by;
      if (next.runs == 0) break;
      TestEvidence longer;
      longer.test = test_;
      if (!Measure(next.runs, kSettleMsAgain, &longer, &seconds)) {
        // The shorter series stands: what ended the longer run may be the growth itself.
        evidence.triage.ended_early =
            fmt::format("a run of {} iterations, which {}", next.runs,
                        longer.triage.unrepeatable.empty() ? longer.triage.series.why_not()
                                                           : longer.triage.unrepeatable);
        break;
      }
      longer.kept_once_bytes = evidence.kept_once_bytes;
      evidence = std::move(longer);
      budget_left_s -= seconds;
      runs = next.runs;
    }
    return evidence;
  }

 private:
  /// One process; false when it gave no whole series.
  bool Measure(int runs, int settle_ms, TestEvidence* evidence, double* seconds) {
    // A thousand times what a test prints can fill a disk, and the first dozen say it all.
    const bool is_first = runs == options_.thresholds.triage_runs;
    const RunPlan plan =
        (is_first ? PlanRerun : PlanLongRerun)(options_, test_.FullName(), runs, settle_ms, files_);
    const Rerun rerun = RunPlanned(plan, files_, is_first ? files_.tool_log : "/dev/null",
                                   RerunTimeLimit(options_, native_seconds_, runs));
    std::remove(files_.record.c_str());
    const std::string why = WhyIncomplete(rerun, runs);
    if (!why.empty()) {
      evidence->triage.series = Measured<ProcessSeries>::Not(why);
      return false;
    }
    evidence->triage.unrepeatable = WhyUnrepeatable(*rerun.record, outcome_, runs);
    if (!evidence->triage.unrepeatable.empty()) {
      evidence->triage.safe_runs = SafeRuns(*rerun.record, outcome_);
      evidence->triage.series = Measured<ProcessSeries>::Not(evidence->triage.unrepeatable);
      return false;
    }
    const record::Window& first = rerun.record->runs.front().window;
    if ((first.measured & record::kHeapMeasured) != 0) evidence->kept_once_bytes = first.kept_bytes;
    evidence->triage.series = BuildProcessSeries(*rerun.record);
    *seconds = rerun.seconds;
    return true;
  }

  const RunOptions& options_;
  const RecordedTest& test_;
  const ScreenOutcome outcome_;
  const double native_seconds_;
  const RunFiles files_;
};

}  // namespace

MachineLimits ReadMachineLimits() {
  MachineLimits limits;
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
    limits.open_files = static_cast<std::int64_t>(files.rlim_cur);
  }
  std::ifstream inotify("/proc/sys/fs/inotify/max_user_instances");
  inotify >> limits.inotify_instances;
  std::ifstream meminfo("/proc/meminfo");
  std::string key;
  std::int64_t kilobytes = 0;
  std::string unit;
  while (meminfo >> key >> kilobytes) {
    std::getline(meminfo, unit);
    // A quarter of what is free: two reruns at once, and the rest of the machine.
    if (key == "MemAvailable:") limits.memory_bytes = kilobytes * 1024 / 4;
  }
  // In a container less may be allowed than the machine has.
  std::ifstream cgroup("/sys/fs/cgroup/memory.max");
  std::int64_t allowed = 0;
  if (cgroup >> allowed) limits.memory_bytes = std::min(limits.memory_bytes, allowed / 4);
  return limits;
}

std::vector<TestEvidence> RunTriage(const RunOptions& options, const Screen& screen,
                                    const std::vector<Suspect>& suspects,
                                    const std::string& directory, Progress* progress) {
  std::vector<TestEvidence> evidence(suspects.size());
  if (suspects.empty()) return evidence;
  const std::vector<double> native = NativeSeconds(screen.record);
  const MachineLimits limits = ReadMachineLimits();
  auto measure = [&](std::size_t i) {
    if (Interrupted()) {
      evidence[i].test = screen.record.tests[suspects[i].test];
      evidence[i].triage.series = Measured<ProcessSeries>::Not("interrupted");
      return;
    }
    evidence[i] =
        SuspectRun(options, screen, suspects[i], native[suspects[i].test], directory).Run(limits);
    evidence[i].given_back_by = WhoGivesBack(screen.record, suspects[i].test);
  };
  auto run = [&](std::size_t i) {
    measure(i);
    progress->Advance(evidence[i].test.FullName());
  };
  progress->Start("triage", static_cast<int>(suspects.size()));
  ForEachInParallel(suspects.size(), options.jobs, run);
  if (options.jobs > 1 && suspects.size() > 1) {
    // Tests that share a port or a file fail beside each other, and it is not their fault here.
    for (std::size_t i = 0; i < suspects.size(); ++i) {
      if (!evidence[i].triage.series && !Interrupted()) measure(i);
    }
  }
  int growing = 0;
  for (const TestEvidence& of : evidence) {
    if (of.triage.series && AnyGrows(*of.triage.series, options.thresholds.growth)) ++growing;
  }
  progress->Finish(fmt::format("{} of {} suspects grow when repeated", growing, suspects.size()));
  return evidence;
}

}  // namespace memprof
