// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Holds BENCH_BLOCKS blocks over the end of the iteration: of BENCH_SIZE bytes each, or mixed.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>

#include "tests/bench/end_figures.h"

namespace {

[[maybe_unused]] const bool g_figures = memprof::bench::AppendEndFigures();

// Each block points to the one before, so that holding them costs no memory of its own.
struct Held {
  Held* before;
};
Held* g_held = nullptr;

// 16 to 128 bytes in steps of 8, small ones more often, as nodes, strings and small arrays are:
// half of the blocks have at most 48, a quarter 49 to 80, a quarter 81 to 128.
std::size_t MixedSize(std::uint32_t random) {
  const std::uint32_t of_range = random >> 2;
  switch (random % 4) {
    case 0:
    case 1:
      return 16 + of_range % 5 * 8;
    case 2:
      return 56 + of_range % 4 * 8;
    default:
      return 88 + of_range % 6 * 8;
  }
}

TEST(HeldBlocks, StayAlive) {
  const long blocks = memprof::bench::FromEnvironment("BENCH_BLOCKS", 1000);
  const long size = memprof::bench::FromEnvironment("BENCH_SIZE", 0);
  std::minstd_rand random(1);
  for (long i = 0; i < blocks; ++i) {
    const std::size_t bytes =
        size > 0 ? static_cast<std::size_t>(size) : MixedSize(static_cast<std::uint32_t>(random()));
    void* const block = std::malloc(bytes);
    ASSERT_NE(block, nullptr);
    std::memset(block, 1, bytes);
    auto* const held = static_cast<Held*>(block);
    held->before = g_held;
    g_held = held;
  }
}

}  // namespace
