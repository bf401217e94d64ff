// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/growth.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace memprof {
namespace {

// glibc hands out sizes in granules of 16 bytes on 64-bit machines, so a size that the allocator
// reports is up to a granule more than what the container asked for.
constexpr double kGranule = 16;
// Shorter series only decide whether a test is followed: `min_runs_for_critical` less the warm-up.
constexpr std::size_t kStepsToConvict = 45;
// With fewer steps a half is too short for its slope to mean anything. 12 runs have 8 steps.
constexpr int kStepsWithHalves = 16;
// A rise within a quarter of the median counts as "about the same": wide enough for ±20 % of
// noise, narrow enough to tell a rise that doubles.
constexpr double kSameRise = 0.25;
// Share of rises that must be about the same for a linear series; the rising share's own value.
constexpr double kLinearShare = 0.75;
// Coefficient of determination from which a trend in the rises is believed. A heuristic: noise of
// ±20 % around a constant rise stays far below it, an integer-rounded parabola far above.
constexpr double kTrendFit = 0.9;
// The fitted last rise must be this many times the first, else the trend is too weak to name.
constexpr double kTrendGain = 1.5;
// Two parameters fit any two or three points well.
constexpr std::size_t kRisesForTrend = 4;
// Coefficient of determination from which the sums are on a straight line; a parabola from 0 has
// 0.94, an alternation of large and small rises 0.97 at 12 runs.
constexpr double kLineFit = 0.98;
// Medians of the halves this near show a steady rise; those of a square root have 0.58.
constexpr double kSteadyRise = 0.75;
// What rises by less than this share of the median rise, over all its runs, is a rest.
constexpr double kRestRise = 0.25;
// A rest at the end is the end of growth when it is longer than five runs and than three times any
// rest before it: growth that rests by chance, or a few runs now and then, is still growth.
constexpr std::size_t kLongRest = 5;
constexpr std::size_t kLongerRest = 3;

// Saturates, because the extremes of int64 are as far apart as two of them.
std::int64_t Difference(std::int64_t to, std::int64_t from) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(to, from, &difference)) return difference;
  return to > from ? std::numeric_limits<std::int64_t>::max()
                   : std::numeric_limits<std::int64_t>::min();
}

double Slope(std::span<const std::int64_t> values) {
  if (values.size() < 2) return 0;
  const double change = static_cast<double>(values.back()) - static_cast<double>(values.front());
  return change / static_cast<double>(values.size() - 1);
}

/// The change of each run, and what follows from these alone.
struct Steps {
  std::vector<std::int64_t> deltas;
  std::vector<double> rises;       ///< the positive deltas, in order
  std::size_t last_rise_step = 0;  ///< index into `deltas`
  std::int64_t median_rise = 0;
  std::int64_t worst_fall = 0;  ///< 0 or negative
};

std::int64_t MedianOf(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Steps StepsOf(std::span<const std::int64_t> values) {
  Steps steps;
  std::vector<std::int64_t> positive;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::int64_t delta = Difference(values[i], values[i - 1]);
    steps.deltas.push_back(delta);
    steps.worst_fall = std::min(steps.worst_fall, delta);
    if (delta <= 0) continue;
    steps.rises.push_back(static_cast<double>(delta));
    steps.last_rise_step = i - 1;
    positive.push_back(delta);
  }
  steps.median_rise = MedianOf(std::move(positive));
  return steps;
}

/// Whether the series ends in a rest that is long for it. A rest is a stretch with a mean rise of
/// next to nothing, so that a full cache whose entries vary in size rests too. Rests are searched
/// for in all pairs of runs: at most half a million.
bool StoppedRising(const Steps& steps) {
  const std::vector<std::int64_t>& deltas = steps.deltas;
  const double bar = kRestRise * static_cast<double>(steps.median_rise);
  const std::size_t n = deltas.size();
  std::vector<double> excess(n + 1);  // over `bar`, summed up to each step
  for (std::size_t i = 0; i < n; ++i) {
    excess[i + 1] = excess[i] + static_cast<double>(deltas[i]) - bar;
  }
  auto rests = [&](std::size_t from, std::size_t to) {
    return static_cast<double>(deltas[from]) <= bar && excess[to] <= excess[from];
  };
  std::size_t last = 0;  // where the rest at the end starts
  while (last < n && !rests(last, n)) ++last;
  std::size_t longest = 0;
  for (std::size_t from = 0; from < last; ++from) {
    std::size_t to = last;
    while (to > from + longest && !rests(from, to)) --to;
    longest = std::max(longest, to - from);
  }
  return n - last > std::max(kLongRest, kLongerRest * longest);
}

/// Rises in enough of the steps, and gives nothing back that matters.
bool RisesMostly(const Steps& steps, const GrowthRule& rule) {
  if (steps.deltas.empty() || steps.rises.empty()) return false;
  const double share =
      static_cast<double>(steps.rises.size()) / static_cast<double>(steps.deltas.size());
  const double tolerated = rule.tolerated_fall * static_cast<double>(steps.median_rise);
  return share >= rule.rising_share && -static_cast<double>(steps.worst_fall) <= tolerated &&
         !StoppedRising(steps);
}

/// Whether the rises can be those of a container that multiplies its capacity, seen through an
/// allocator that rounds: each rise may be a granule too small or too large, but the error does
/// not add up, so each is held against all before it. Rises below a granule are counts, or
/// requested sizes, and exact. Within the error all rises of one granule are equal, and a set that
/// fills with small nodes has nothing else: so each must also be larger than the last but one, and
/// in a series that is long enough to convict, the last than the first.
bool RisesInSteps(const Steps& steps, const GrowthRule& rule) {
  if (steps.worst_fall < 0 || static_cast<int>(steps.rises.size()) < rule.min_steps) return false;
  double least = 0;  // what the next rise must reach
  for (std::size_t i = 1; i < steps.rises.size(); ++i) {
    const double last = steps.rises[i - 1];
    const double tolerance = last >= kGranule ? kGranule : 0;
    least = rule.step_factor * std::max(least, last - tolerance);
    if (steps.rises[i] + tolerance < least) return false;
    if (i >= 2 && steps.rises[i] <= steps.rises[i - 2]) return false;
  }
  return steps.rises.back() > steps.rises.front() || steps.deltas.size() < kStepsToConvict;
}

/// A container that doubles rests twice as long after each step, so "another step came" means
/// one in the last half of all runs. The warm-up is allowed for: a vector of one element a run
/// takes its 513th at run 513, and the next step would be run 1,025, one beyond the longest run.
bool SteppedInLastHalf(const Steps& steps, std::size_t first_step_run, std::size_t runs,
                       std::size_t warm_up) {
  return steps.last_rise_step + first_step_run + warm_up >= runs / 2;
}

/// Whether the last half of `values` rises `factor` times as much as the quarter before it, in
/// about as many rises (growth that only rests, or a cache that fills, has twice as many) and with
/// a larger largest one.
bool LastHalfDoubles(std::span<const std::int64_t> values, double factor) {
  const std::size_t half = values.size() / 2;
  const std::size_t quarter = values.size() / 4;
  const Steps late = StepsOf(values.subspan(half - 1));
  const Steps early = StepsOf(values.subspan(quarter - 1, half - quarter + 1));
  if (early.rises.empty() || late.rises.empty()) return false;
  if (late.rises.size() > early.rises.size() + 1) return false;
  const double sum = std::accumulate(early.rises.begin(), early.rises.end(), 0.0);
  const double tolerance = sum >= kGranule ? kGranule : 0;
  return std::accumulate(late.rises.begin(), late.rises.end(), tolerance) >= factor * sum &&
         *std::max_element(late.rises.begin(), late.rises.end()) >
             *std::max_element(early.rises.begin(), early.rises.end());
}

/// Whether several containers that double can have made the series, where the steps of one fall
/// between those of another: together they double in each doubling of the runs, be the sizes what
/// they may. Looks two doublings back where these lie after warm-up. Needs a series without falls.
bool DoublesWithTheRuns(std::span<const std::int64_t> series, const GrowthRule& rule,
                        std::size_t warm_up) {
  const std::size_t runs = series.size();
  if (runs / 4 < std::max<std::size_t>(warm_up, 1)) return false;
  if (!LastHalfDoubles(series, rule.step_factor)) return false;
  return runs / 8 < std::max<std::size_t>(warm_up, 1) ||
         LastHalfDoubles(series.first(runs / 2), rule.step_factor);
}

/// Least squares of y over 0, 1, 2 …
struct Line {
  double start = 0;
  double slope = 0;
  double fit = 0;  ///< coefficient of determination, 0 to 1
};

Line FitLine(const std::vector<double>& y) {
  const double n = static_cast<double>(y.size());
  double mean_y = 0;
  for (double value : y) mean_y += value / n;
  const double mean_x = (n - 1) / 2;
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double dx = static_cast<double>(i) - mean_x;
    const double dy = y[i] - mean_y;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  Line line;
  if (xx <= 0) return line;
  line.slope = xy / xx;
  line.start = mean_y - line.slope * mean_x;
  line.fit = yy > 0 ? (xy * xy) / (xx * yy) : 0;
  return line;
}

/// A model of the rises: what each would be, and how many are near it.
struct Trend {
  GrowthClass growth = GrowthClass::kIrregular;
  double squared_error = std::numeric_limits<double>::infinity();
  std::size_t near = 0;
};

Trend Judge(GrowthClass growth, const std::vector<double>& rises,
            const std::vector<double>& model) {
  Trend trend{growth, 0, 0};
  for (std::size_t i = 0; i < rises.size(); ++i) {
    const double error = rises[i] - model[i];
    trend.squared_error += error * error;
    if (std::abs(error) <= std::max(kSameRise * std::abs(model[i]), 1.0)) ++trend.near;
  }
  return trend;
}

/// kQuadratic or kExponential where the rises themselves rise steadily, else kIrregular.
Trend RisingTrend(const std::vector<double>& rises) {
  Trend best;
  if (rises.size() < kRisesForTrend) return best;
  const double span = static_cast<double>(rises.size() - 1);

  const Line line = FitLine(rises);
  const double last = line.start + line.slope * span;
  if (line.fit >= kTrendFit && last > 0 && last >= kTrendGain * line.start) {
    std::vector<double> model(rises.size());
    for (std::size_t i = 0; i < model.size(); ++i) {
      model[i] = line.start + line.slope * static_cast<double>(i);
    }
    best = Judge(GrowthClass::kQuadratic, rises, model);
  }

  std::vector<double> logarithms(rises.size());
  std::transform(rises.begin(), rises.end(), logarithms.begin(),
                 [](double rise) { return std::log(rise); });
  const Line curve = FitLine(logarithms);
  if (curve.fit >= kTrendFit && curve.slope * span >= std::log(kTrendGain)) {
    std::vector<double> model(rises.size());
    for (std::size_t i = 0; i < model.size(); ++i) {
      model[i] = std::exp(curve.start + curve.slope * static_cast<double>(i));
    }
    const Trend exponential = Judge(GrowthClass::kExponential, rises, model);
    if (exponential.squared_error < best.squared_error) best = exponential;
  }
  return best;
}

std::size_t RisesNearMedian(const Steps& steps) {
  const double median = static_cast<double>(steps.median_rise);
  double tolerance = kSameRise * median;
  if (median >= kGranule) tolerance = std::max(tolerance, kGranule);
  return static_cast<std::size_t>(
      std::count_if(steps.rises.begin(), steps.rises.end(),
                    [&](double rise) { return std::abs(rise - median) <= tolerance; }));
}

double Share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// How well a straight line fits `values`, 0 to 1; 0 where the rises become larger or smaller,
/// because the sums of such rises look straight too.
double StraightFit(std::span<const std::int64_t> values, const Steps& steps) {
  const Line rises = FitLine({steps.deltas.begin(), steps.deltas.end()});
  const double last = rises.start + rises.slope * static_cast<double>(steps.deltas.size() - 1);
  const bool trends = last >= kTrendGain * rises.start || rises.start >= kTrendGain * last;
  return trends ? 0 : FitLine({values.begin(), values.end()}).fit;
}

/// Names the class of a series that rises mostly.
void NameSteadyGrowth(std::span<const std::int64_t> values, const Steps& steps,
                      GrowthResult* result) {
  const Trend trend = RisingTrend(steps.rises);
  const std::size_t near = RisesNearMedian(steps);
  if (trend.growth != GrowthClass::kIrregular) {
    result->growth = trend.growth;
    result->confidence = Share(trend.near, steps.deltas.size());
  } else if (Share(near, steps.rises.size()) >= kLinearShare) {
    result->growth = GrowthClass::kLinear;
    result->confidence = Share(near, steps.deltas.size());
  } else if (const double fit = StraightFit(values, steps); fit >= kLineFit) {
    result->growth = GrowthClass::kLinear;
    result->confidence = std::min(fit, 1.0);
  } else {
    result->growth = GrowthClass::kIrregular;
    result->confidence = Share(steps.rises.size(), steps.deltas.size());
  }
}

void NameStepwiseGrowth(const Steps& steps, const GrowthRule& rule, GrowthResult* result) {
  std::size_t agree = steps.deltas.size() - steps.rises.size() + 1;  // rests, and the first rise
  for (std::size_t i = 1; i < steps.rises.size(); ++i) {
    if (steps.rises[i] >= rule.step_factor * steps.rises[i - 1]) ++agree;
  }
  result->growth = GrowthClass::kStepwise;
  result->confidence = Share(agree, steps.deltas.size());
}

void Describe(std::span<const std::int64_t> values, const Steps& steps, GrowthResult* result) {
  result->steps = static_cast<int>(steps.deltas.size());
  result->rises = static_cast<int>(steps.rises.size());
  result->median_rise = steps.median_rise;
  result->slope = Slope(values);
  if (result->steps < kStepsWithHalves) return;
  const std::size_t middle = steps.deltas.size() / 2;
  const double early = Slope(values.first(middle + 1));
  if (early > 0) result->late_share = Slope(values.subspan(middle)) / early;
  // A vector of strings pays in one run for the room of the next thousand; if that run lies in the
  // first half, only medians, which leave it out, show that the strings go on.
  const auto split = steps.deltas.begin() + static_cast<std::ptrdiff_t>(middle);
  const auto early_rise = static_cast<double>(MedianOf({steps.deltas.begin(), split}));
  const auto late_rise = static_cast<double>(MedianOf({split, steps.deltas.end()}));
  if (early_rise > 0 && late_rise >= kSteadyRise * early_rise) {
    result->late_share = std::max(result->late_share, late_rise / early_rise);
  }
}

/// `steps` are those after warm-up; `warm` is the series up to the end of the warm-up's last step.
void NameRest(std::span<const std::int64_t> warm, const Steps& steps, GrowthResult* result) {
  const bool rose_in_warm_up = !StepsOf(warm).rises.empty();
  const bool still = steps.rises.empty() && steps.worst_fall == 0;
  if (!steps.rises.empty()) {
    result->growth = GrowthClass::kBounded;
  } else if (rose_in_warm_up) {
    result->growth = still ? GrowthClass::kOneTime : GrowthClass::kBounded;
  } else {
    result->growth = GrowthClass::kNone;
  }
  result->confidence = Share(steps.deltas.size() - steps.rises.size(), steps.deltas.size());
}

}  // namespace

// The rule's neighbours: CPython's `regrtest -R` wants every delta after warm-up to be at least 1,
// LeakCanary and memlab want growth in every snapshot; all three lose a leak that rests for a run
// (one real leak kept +12.8, +12.6, +11.3, then 0 KB). psleak accepts "no worse than before",
// which loses a leak whose rise shrinks once. Hence a share of the steps, plus a slope that lasts.
GrowthResult ClassifyGrowth(std::span<const std::int64_t> series, const GrowthRule& rule) {
  GrowthResult result;
  const std::size_t warm_up = static_cast<std::size_t>(std::max(rule.warm_up, 0));
  if (series.size() < warm_up + 3) {
    NameRest(series, Steps{}, &result);
    return result;
  }
  const std::span<const std::int64_t> values = series.subspan(warm_up);
  const Steps steps = StepsOf(values);
  Describe(values, steps, &result);

  if (RisesMostly(steps, rule) &&
      (result.steps < kStepsWithHalves || result.late_share >= rule.late_slope_share)) {
    result.growing = true;
    if (result.rises < result.steps && RisesInSteps(steps, rule)) {
      NameStepwiseGrowth(steps, rule, &result);
    } else {
      NameSteadyGrowth(values, steps, &result);
    }
    return result;
  }

  // Steps are few, so none is given away: the first run after warm-up is measured from the
  // warm-up's last value. (The rising share must not do so: 12 runs would have 9 steps, and
  // growth that rests every fourth run may rest in 3 of 9.)
  const std::size_t before = warm_up > 0 ? warm_up - 1 : 0;
  const std::span<const std::int64_t> stepped_values = series.subspan(before);
  const Steps stepped = StepsOf(stepped_values);
  const bool one_container = RisesInSteps(stepped, rule) &&
                             (result.steps < kStepsWithHalves ||
                              SteppedInLastHalf(stepped, before + 1, series.size(), warm_up));
  if (stepped.worst_fall == 0 && (one_container || DoublesWithTheRuns(series, rule, warm_up))) {
    Describe(stepped_values, stepped, &result);
    result.growing = true;
    NameStepwiseGrowth(stepped, rule, &result);
    return result;
  }

  NameRest(series.first(warm_up + 1), steps, &result);
  return result;
}

const char* GrowthClassName(GrowthClass growth) {
  constexpr const char* kNames[] = {"none",     "one-time",  "bounded",     "linear",
                                    "stepwise", "quadratic", "exponential", "irregular"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(GrowthClass::kIrregular) + 1);
  return kNames[static_cast<std::size_t>(growth)];
}

}  // namespace memprof
