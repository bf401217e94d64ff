// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace memprof {

std::string Sparkline(std::span<const std::int64_t> series, std::size_t columns) {
  static constexpr std::array kGlyphs = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (series.empty() || columns == 0) return {};
  const std::size_t drawn = std::min(series.size(), columns);
  const auto [least, greatest] = std::minmax_element(series.begin(), series.end());
  // As doubles, because the span of two int64 does not fit one.
  const double bottom = static_cast<double>(*least);
  const double height = static_cast<double>(*greatest) - bottom;

  std::string line;
  for (std::size_t column = 0; column < drawn; ++column) {
    const std::size_t i =
        drawn > 1 ? column * (series.size() - 1) / (drawn - 1) : series.size() - 1;
    const double share = height > 0 ? (static_cast<double>(series[i]) - bottom) / height : 0;
    line += kGlyphs[static_cast<std::size_t>(std::lround(share * (kGlyphs.size() - 1)))];
  }
  return line;
}

}  // namespace memprof
