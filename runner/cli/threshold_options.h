// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_THRESHOLD_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_THRESHOLD_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>

#include "runner/diagnose/thresholds.h"

namespace memprof {

/// Sizes as the command line has them, in bytes.
struct RawThresholds {
  std::uint64_t peak_budget = 0;             ///< 0: none
  std::optional<std::uint64_t> kept_budget;  ///< 0 is a budget, too: tests that keep nothing
  std::uint64_t one_time_bytes = 0;
  std::uint64_t peak_spike = 0;
  std::uint64_t waste_bytes = 0;
};

/// Adds an option for each threshold, with its default. Both must outlive the parsing.
void AddThresholds(CLI::App* run, Thresholds* thresholds, RawThresholds* raw);

/// Takes over what was parsed into `raw`.
void TakeThresholds(const RawThresholds& raw, Thresholds* thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_THRESHOLD_OPTIONS_H_
