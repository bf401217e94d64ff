// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/extension.h"

#include <fmt/format.h>

#include <algorithm>

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
};

}  // namespace

NextRun PlanExtension(int runs, const GrowthRate& rate, const MachineLimits& limits,
                      double budget_left_s, const Thresholds& thresholds) {
  if (runs >= thresholds.max_runs) return {};
  Cap cap = {static_cast<double>(thresholds.max_runs), ""};
  auto lower = [&cap](double to, std::string name) {
    if (to < cap.runs) cap = {to, std::move(name)};
  };
  if (rate.seconds_per_run > 0) {
    lower(budget_left_s / rate.seconds_per_run,
          fmt::format("the growth budget of {:g} s", thresholds.growth_budget_s));
  }
  if (limits.memory_bytes > 0 && rate.bytes_per_run > 0) {
    lower(static_cast<double>(limits.memory_bytes) / rate.bytes_per_run,
          "the memory that this machine has free");
  }
  if (limits.open_files > 0 && rate.descriptors_per_run > 0) {
    lower(kShareOfLimit * static_cast<double>(limits.open_files) / rate.descriptors_per_run,
          fmt::format("the limit of {} open files", limits.open_files));
  }
  if (limits.inotify_instances > 0 && rate.inotify_per_run > 0) {
    lower(kShareOfLimit * static_cast<double>(limits.inotify_instances) / rate.inotify_per_run,
          fmt::format("the limit of {} inotify instances", limits.inotify_instances));
  }
  if (rate.threads_per_run > 0) lower(kMaxRunsWithThreads, "the threads that it leaves");

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

}  // namespace memprof
