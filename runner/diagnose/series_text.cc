// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/series_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace memprof {

GrowthSeries ReportedSeries(std::span<const std::int64_t> values, const GrowthResult& growth,
                            bool from_zero) {
  GrowthSeries series;
  series.growth_class = GrowthClassName(growth.growth);
  series.confidence = growth.confidence;
  const std::int64_t base = from_zero && !values.empty() ? values.front() : 0;
  for (const std::int64_t value : values) series.series.push_back(value - base);
  return series;
}

std::string RoseText(const GrowthResult& growth) {
  return fmt::format("rose in {} of {} runs after warm-up", growth.rises, growth.steps);
}

std::int64_t ValueBeforeSteps(std::span<const std::int64_t> values, const GrowthResult& growth) {
  if (values.empty()) return 0;
  const auto steps = static_cast<std::size_t>(std::max(growth.steps, 0));
  return values[values.size() - 1 - std::min(steps, values.size() - 1)];
}

double SlopeAfterWarmUp(std::span<const std::int64_t> values, int warm_up) {
  const auto first = static_cast<std::size_t>(std::max(warm_up, 0));
  if (values.size() < first + 2) return 0;
  return (static_cast<double>(values.back()) - static_cast<double>(values[first])) /
         static_cast<double>(values.size() - 1 - first);
}

std::int64_t WholePerRun(double mean) {
  constexpr double kLimit = 9.2e18;  // within int64; llround is undefined beyond
  return std::max<std::int64_t>(1, std::llround(std::min(mean, kLimit)));
}

}  // namespace memprof
