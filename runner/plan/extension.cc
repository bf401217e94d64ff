// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/extension.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace memprof {
namespace {

/// A rerun that takes no longer than this is not worth splitting.
constexpr double kQuickSeconds = 2;

/// A thread that does not end costs a tenth of a second of waiting each run, and its stack. With
/// this many runs the verdict is as sure as it will be.
constexpr int kMaxRunsWithThreads = 48;

/// The share of a limit that growth may use: the test needs some for itself.
constexpr double kShareOfLimit = 0.75;

struct Cap {
  double runs;
  std::string name;

  void Lower(double to, std::string by) {
    if (to < runs) *this = {to, std::move(by)};
  }
};

/// The runs after which growth at `rate` would meet a limit of the machine.
Cap MachineCap(const GrowthRate& rate, const MachineLimits& limits) {
  Cap cap = {std::numeric_limits<double>::infinity(), ""};
  if (limits.memory_bytes > 0 && rate.bytes_per_run > 0) {
    cap.Lower(static_cast<double>(limits.memory_bytes) / rate.bytes_per_run,
              "the memory that this machine has free");
  }
  if (limits.open_files > 0 && rate.descriptors_per_run > 0) {
    cap.Lower(kShareOfLimit * static_cast<double>(limits.open_files) / rate.descriptors_per_run,
              fmt::format("the limit of {} open files", limits.open_files));
  }
  if (limits.inotify_instances > 0 && rate.inotify_per_run > 0) {
    cap.Lower(kShareOfLimit * static_cast<double>(limits.inotify_instances) / rate.inotify_per_run,
              fmt::format("the limit of {} inotify instances", limits.inotify_instances));
  }
  return cap;
}

}  // namespace

GrowthRate& GrowthRate::operator+=(const GrowthRate& other) {
  bytes_per_run += other.bytes_per_run;
  descriptors_per_run += other.descriptors_per_run;
  inotify_per_run += other.inotify_per_run;
  threads_per_run += other.threads_per_run;
  seconds_per_run += other.seconds_per_run;
  return *this;
}

NextRun PlanExtension(int runs, const GrowthRate& rate, const MachineLimits& limits,
                      double budget_left_s, const Thresholds& thresholds) {
  if (runs >= thresholds.max_runs) return {};
  Cap cap = {static_cast<double>(thresholds.max_runs), ""};
  if (rate.seconds_per_run > 0) {
    cap.Lower(budget_left_s / rate.seconds_per_run,
              fmt::format("the growth budget of {:g} s", thresholds.growth_budget_s));
  }
  Cap machine = MachineCap(rate, limits);
  cap.Lower(machine.runs, std::move(machine.name));
  if (rate.threads_per_run > 0) cap.Lower(kMaxRunsWithThreads, "the threads that it leaves");

  int next = 0;
  for (int doubled = std::min(runs * 2, thresholds.max_runs);;
       doubled = std::min(doubled * 2, thresholds.max_runs)) {
    if (doubled > cap.runs) break;
    // With threads most of the time is waiting for them, so the most runs are the cheapest way.
    const bool slow = doubled * rate.seconds_per_run > kQuickSeconds && rate.threads_per_run <= 0;
    if (next > 0 && slow) break;
    next = doubled;
    if (doubled == thresholds.max_runs) break;
  }
  if (next == 0) return {0, cap.name};
  return {next, ""};
}

std::vector<std::vector<std::size_t>> PackRuns(const std::vector<PlannedRun>& planned,
                                               const MachineLimits& limits, int jobs) {
  std::vector<std::vector<std::size_t>> batches;
  std::map<int, std::vector<std::size_t>> by_length;
  double seconds = 0;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    seconds += planned[i].own_seconds;
    if (planned[i].alone) {
      batches.push_back({i});
    } else {
      by_length[planned[i].runs].push_back(i);
    }
  }
  const double longest = std::max(kQuickSeconds, seconds / std::max(jobs, 1));
  for (const auto& [runs, members] : by_length) {
    GrowthRate sum;
    double sum_seconds = 0;
    std::vector<std::size_t> batch;
    for (const std::size_t i : members) {
      GrowthRate with = sum;
      with += planned[i].rate;
      const bool fits =
          runs <= MachineCap(with, limits).runs && sum_seconds + planned[i].own_seconds <= longest;
      if (!fits && !batch.empty()) {
        batches.push_back(std::move(batch));
        batch.clear();
        with = planned[i].rate;
        sum_seconds = 0;
      }
      batch.push_back(i);
      sum = with;
      sum_seconds += planned[i].own_seconds;
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace memprof
