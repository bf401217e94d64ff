// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/threshold_options.h"

#include <algorithm>
#include <limits>
#include <string>

#include "runner/cli/validators.h"

namespace memprof {

namespace {

const char* const kGroup = "Thresholds";

void AddWasteThresholds(CLI::App* run, WasteRule* rule, RawThresholds* raw) {
  run->add_option("--waste-share", rule->share,
                  "Waste is told from this share of what its test allocates, ...")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->group(kGroup);
  run->add_option("--waste-bytes", raw->waste_bytes, "... and from so many bytes of one run, ...")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->capture_default_str()
      ->group(kGroup);
  run->add_option("--waste-calls", rule->calls, "... or from so many allocations")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(kGroup);
  run->add_option("--waste-tests", rule->max_tests,
                  "Tests that are traced for waste, those that allocate most")
      ->type_name("N")
      ->check(NotNegative())
      ->capture_default_str()
      ->group(kGroup);
  run->add_option("--waste-budget", rule->budget_s,
                  "Seconds to look for waste, or as long as the screen took")
      ->type_name("S")
      ->check(NotNegative())
      ->capture_default_str()
      ->group(kGroup);
}

}  // namespace

void AddThresholds(CLI::App* run, Thresholds* chosen, RawThresholds* raw) {
  Thresholds& thresholds = *chosen;
  raw->one_time_bytes = static_cast<std::uint64_t>(thresholds.one_time_bytes);
  raw->peak_spike = static_cast<std::uint64_t>(thresholds.peak_spike_bytes);
  raw->waste_bytes = static_cast<std::uint64_t>(thresholds.waste.bytes);
  const std::string group = kGroup;
  run->add_option("--peak-budget", raw->peak_budget,
                  "Memory that a test may hold at one time, where it sets itself no limit: 64MiB")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->group(group);
  run->add_option("--kept-budget", raw->kept_budget,
                  "Memory that a test may keep when it ends, in its lowest run: 0, 4KiB")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->group(group);
  run->add_option("--allocation-budget", thresholds.allocation_budget,
                  "Allocations that a test may make, in its lowest run")
      ->type_name("N")
      ->check(NotNegative())
      ->group(group);
  run->add_option("--growth-budget", thresholds.growth_budget_s,
                  "Seconds to follow one test that grows")
      ->type_name("S")
      ->check(NotNegative())
      ->capture_default_str()
      ->group(group);
  run->add_option("--triage-runs", thresholds.triage_runs, "Runs of a suspect at first")
      ->type_name("N")
      ->check(CLI::Range(7, 1 << 20))
      ->capture_default_str()
      ->group(group);
  run->add_option("--max-runs", thresholds.max_runs, "Runs of a suspect that grows on")
      ->type_name("N")
      ->check(CLI::Range(7, 1 << 20))
      ->capture_default_str()
      ->group(group);
  run->add_option("--min-runs-for-critical", thresholds.min_runs_for_critical,
                  "Growth followed for fewer runs is a warning")
      ->type_name("N")
      ->check(NotNegative())
      ->capture_default_str()
      ->group(group);
  run->add_option("--warm-up", thresholds.growth.warm_up, "First runs that do not count")
      ->type_name("N")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str()
      ->group(group);
  run->add_option("--rising-share", thresholds.growth.rising_share,
                  "Share of the runs that must rise")
      ->check(CLI::Range(0.1, 1.0))
      ->capture_default_str()
      ->group(group);
  run->add_option("--tolerated-fall", thresholds.growth.tolerated_fall,
                  "Fall that still counts as growth, as a share of the median rise")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->group(group);
  run->add_option("--late-slope-share", thresholds.growth.late_slope_share,
                  "Slope of the last half that still counts as growth, as a share of the first's")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->group(group);
  run->add_option("--step-factor", thresholds.growth.step_factor,
                  "Rise that makes a step of stepwise growth, in times the last")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str()
      ->group(group);
  run->add_option("--min-steps", thresholds.growth.min_steps,
                  "Rises after warm-up that make stepwise growth")
      ->type_name("N")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str()
      ->group(group);
  run->add_option("--one-time-bytes", raw->one_time_bytes,
                  "Memory kept once that is worth a warning")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->capture_default_str()
      ->group(group);
  run->add_option("--peak-spike", raw->peak_spike, "Peak that is worth a warning, ...")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->capture_default_str()
      ->group(group);
  run->add_option("--peak-spike-factor", thresholds.peak_spike_factor,
                  "... when it is also this many times the median of the tests")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  AddWasteThresholds(run, &thresholds.waste, raw);
}

void TakeThresholds(const RawThresholds& raw, Thresholds* thresholds) {
  if (raw.peak_budget > 0) {
    thresholds->peak_budget_bytes = static_cast<std::int64_t>(raw.peak_budget);
  }
  if (raw.kept_budget) {
    thresholds->kept_budget_bytes = static_cast<std::int64_t>(
        std::min<std::uint64_t>(*raw.kept_budget, std::numeric_limits<std::int64_t>::max()));
  }
  thresholds->one_time_bytes = static_cast<std::int64_t>(raw.one_time_bytes);
  thresholds->peak_spike_bytes = static_cast<std::int64_t>(raw.peak_spike);
  thresholds->waste.bytes = static_cast<std::int64_t>(raw.waste_bytes);
}

}  // namespace memprof
