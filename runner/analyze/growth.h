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
  kLinear,       ///< rises by about the same every run, or varies about a straight line
  kStepwise,     ///< rests, then rises by more each time (one or more containers that double)
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
  /// In stepwise growth each rise is at least this many times the last (vectors grow 1.5 or 2 ×),
  /// or each doubling of the runs brings at least this many times what the one before it brought.
  double step_factor = 1.5;
  /// Rises after warm-up that make a stepwise growth.
  int min_steps = 2;
  /// The last half must rise at least at this share of the first half's slope, or of its median
  /// rise where that is steady; less is a plateau.
  double late_slope_share = 0.5;
};

/// The verdict on one series.
struct GrowthResult {
  GrowthClass growth = GrowthClass::kNone;
  bool growing = false;  ///< by the rule: kLinear, kStepwise, kQuadratic, kExponential, kIrregular
  int steps = 0;         ///< steps looked at, after warm-up
  int rises = 0;         ///< of these, steps that rose
  std::int64_t median_rise = 0;
  double slope = 0;  ///< mean change a run after warm-up
  /// Slope of the last half / slope of the first half; where the medians of the halves' steps
  /// differ by no more than a quarter, their ratio if that is greater.
  double late_share = 1;
  /// 0 to 1: share of steps that agree with the class named; for a linear series whose rises vary,
  /// the coefficient of determination of its straight line.
  double confidence = 0;
};

/// Classifies `series`: the value at the end of each iteration, oldest first, in any unit. A
/// series of fewer than `warm_up` + 3 values is never growing: it is kNone or kOneTime.
///
/// After warm-up a series grows if it
/// - rises in `rising_share` of its steps, never falls by more than `tolerated_fall` of the median
///   rise, its last half rises at `late_slope_share` of its first half, and it does not end in a
///   long rest, which is a cache that became full: longer than five runs and than three times any
///   rest before it, where a rest is a stretch with a mean rise of a quarter of the median rise or
///   less; or
/// - never falls, and rises `min_steps` times or more, each time by `step_factor` times the last
///   rise: one container that doubles, if a step lies in the last half; or
/// - never falls, and the last half of all runs rises by `step_factor` times what the quarter
///   before it rose, in as many rises (one more at most) of which the largest is larger, and the
///   same one halving earlier: containers that double at different runs. These bring twice as much
///   each time, square roots 1.4 times as much, logarithms as much; growth that only rests brings
///   twice as much too, but in twice as many rises.
///
/// All this is a heuristic. It fails where a cache fills beyond the last run, where growth pauses
/// for the first time just before it, and where a container that doubles was full since its last
/// step, because the next one would come later.
///
/// "Growing" before the run was extended and after are the same rule; the condition on the late
/// slope only bites when the series is long enough (at least 16 steps) to have halves.
GrowthResult ClassifyGrowth(std::span<const std::int64_t> series, const GrowthRule& rule = {});

/// "linear", "one-time" … as reports print it.
const char* GrowthClassName(GrowthClass growth);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_GROWTH_H_
