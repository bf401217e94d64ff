// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_GROWTH_H_
#define MEMPROF_RUNNER_ANALYZE_GROWTH_H_

#include <cstdint>
#include <span>

namespace memprof {

/// How a quantity moved over the iterations of a repeated test.
enum class GrowthClass {
  kNone,         ///< did not move after the first iteration's end
  kOneTime,      ///< rose during warm-up only
  kBounded,      ///< rose and reached a plateau, or a sawtooth
  kLinear,       ///< rises by about the same every run
  kStepwise,     ///< rests, then rises by more each time (a container that doubles)
  kQuadratic,    ///< the rise itself rises steadily
  kExponential,  ///< the rise is a constant share of what is there
  kIrregular,    ///< grows by the rule, by amounts of no regular kind
};

/// When a series counts as growing. Defaults and reasons: DESIGN of the verdicts.
struct GrowthRule {
  /// Iterations that may fill caches and statics before anything counts. 3: lazily initialised
  /// statics fill in the first, buffers that double in the first few.
  int warm_up = 3;
  /// Share of steps that must rise. 0.75: growth that rests every fourth run is still growth.
  double rising_share = 0.75;
  /// A fall greater than this share of the median rise means that something is given back.
  double tolerated_fall = 0.5;
  /// In stepwise growth each rise is at least this many times the last (vectors grow 1.5 or 2 ×).
  double step_factor = 1.5;
  /// Rises after warm-up that make a stepwise growth.
  int min_steps = 2;
  /// The last half must rise at least at this share of the first half's slope; less is a plateau.
  double late_slope_share = 0.5;
};

/// The verdict on one series.
struct GrowthResult {
  GrowthClass growth = GrowthClass::kNone;
  bool growing = false;  ///< by the rule: kLinear, kStepwise, kQuadratic, kExponential, kIrregular
  int steps = 0;         ///< steps looked at, after warm-up
  int rises = 0;         ///< of these, steps that rose
  std::int64_t median_rise = 0;
  double slope = 0;       ///< mean change a run after warm-up
  double late_share = 1;  ///< slope of the last half / slope of the first half
  double confidence = 0;  ///< 0 to 1: share of steps that agree with the class named
};

/// Classifies `series`: the value at the end of each iteration, oldest first, in any unit. A
/// series of fewer than `warm_up` + 3 values is never growing: it is kNone or kOneTime.
///
/// "Growing" before the run was extended and after are the same rule; the condition on the late
/// slope only bites when the series is long enough (at least 16 steps) to have halves.
GrowthResult ClassifyGrowth(std::span<const std::int64_t> series, const GrowthRule& rule = {});

/// "linear", "one-time" … as reports print it.
const char* GrowthClassName(GrowthClass growth);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_GROWTH_H_
