// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_FIGURE_BOUNDS_H_
#define MEMPROF_RUNNER_PARSE_FIGURE_BOUNDS_H_

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "gtest_plugin/record/format.h"

namespace memprof {

/// Bytes, blocks or whatever else a process may have or a gauge may say: 4 PiB, more than any
/// machine has, and so few that sums over all runs fit in 64 bits. More is damage, or a gauge that
/// says anything.
inline constexpr std::int64_t kMostFigure = std::int64_t{1} << 52;

inline bool IsPossible(std::int64_t figure) {
  return figure >= -kMostFigure && figure <= kMostFigure;
}

inline bool ArePossible(const record::Window& window) {
  const std::initializer_list<std::int64_t> levels = {window.kept_bytes, window.kept_blocks,
                                                      window.peak_bytes, window.mapped_bytes};
  return std::all_of(levels.begin(), levels.end(), IsPossible);
}

inline bool ArePossible(const record::Totals& totals) {
  return IsPossible(totals.live_bytes) && IsPossible(totals.live_blocks) &&
         IsPossible(totals.mapped_bytes);
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_FIGURE_BOUNDS_H_
