// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SPARKLINE_H_
#define MEMPROF_RUNNER_REPORT_SPARKLINE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace memprof {

/// Draws `series` with the eight block glyphs ▁▂▃▄▅▆▇█ in at most `columns` columns, its least
/// value at the bottom and its greatest at the top. A longer series is sampled evenly, first and
/// last value always among the samples; a constant one is a flat line at the bottom.
std::string Sparkline(std::span<const std::int64_t> series, std::size_t columns = 24);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SPARKLINE_H_
