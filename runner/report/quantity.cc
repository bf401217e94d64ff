// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/quantity.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace memprof {
namespace {

struct Unit {
  double size;
  const char* name;
};

// Rounds first and chooses the unit after, so that 1,048,570 bytes are "1.0 MiB" and never
// "1024.0 KiB". `units` rise in size.
template <std::size_t N>
std::string InUnits(double amount, const std::array<Unit, N>& units) {
  const double magnitude = std::abs(amount);
  std::size_t unit = 0;
  while (unit + 1 < N) {
    const double next = units[unit + 1].size / units[unit].size;
    if (std::round(magnitude / units[unit].size * 10) < next * 10) break;
    ++unit;
  }
  const double figure = amount / units[unit].size;
  const int decimals = figure == std::floor(figure) ? 0 : 1;
  return fmt::format("{:.{}f} {}", figure, decimals, units[unit].name);
}

}  // namespace

std::string HumanBytes(std::int64_t bytes) {
  static constexpr std::array<Unit, 6> kUnits = {{{1, "B"},
                                                  {0x1p10, "KiB"},
                                                  {0x1p20, "MiB"},
                                                  {0x1p30, "GiB"},
                                                  {0x1p40, "TiB"},
                                                  {0x1p50, "PiB"}}};
  return InUnits(static_cast<double>(bytes), kUnits);
}

std::string HumanCount(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) {
    i -= 3;
    text.insert(i, ",");
  }
  return text;
}

std::string Counted(std::int64_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (!plural.empty()) return fmt::format("{} {}", HumanCount(count), plural);
  return fmt::format("{} {}s", HumanCount(count), noun);
}

std::string HumanDuration(std::int64_t nanoseconds) {
  static constexpr std::array<Unit, 4> kUnits = {{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
  const double seconds = std::round(static_cast<double>(nanoseconds) / 1e9);
  if (seconds < 120) return InUnits(static_cast<double>(nanoseconds), kUnits);
  const auto whole = static_cast<std::int64_t>(seconds);
  return fmt::format("{} min {} s", HumanCount(whole / 60), whole % 60);
}

}  // namespace memprof
