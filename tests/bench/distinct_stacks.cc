// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Allocates BENCH_BLOCKS blocks an iteration by BENCH_STACKS different stacks, at most 1,600,000,
// and keeps them where BENCH_KEEP is not 0. BENCH_THREADS threads do so, all alive at the end.
//
//     Root<0..15> ─► Branch<0..99> ─► Leaf<0..999> ─► operator new
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "tests/bench/end_figures.h"

namespace {

[[maybe_unused]] const bool g_figures = memprof::bench::AppendEndFigures();

constexpr std::size_t kLeaves = 1000;
constexpr std::size_t kBranches = 100;
constexpr std::size_t kRoots = 16;

struct Kept {
  Kept* before = nullptr;
  int values[4] = {};
};

using LeafFunction = Kept* (*)();
using BranchFunction = Kept* (*)(LeafFunction);
using RootFunction = Kept* (*)(BranchFunction, LeafFunction);

// The work after each call keeps it from being a jump, which would leave no frame.
template <std::size_t kIndex>
__attribute__((noinline)) Kept* Leaf() {
  Kept* const kept = new Kept;
  kept->values[0] = static_cast<int>(kIndex);
  return kept;
}
template <std::size_t kIndex>
__attribute__((noinline)) Kept* Branch(LeafFunction leaf) {
  Kept* const kept = leaf();
  kept->values[1] = static_cast<int>(kIndex);
  return kept;
}
template <std::size_t kIndex>
__attribute__((noinline)) Kept* Root(BranchFunction branch, LeafFunction leaf) {
  Kept* const kept = branch(leaf);
  kept->values[2] = static_cast<int>(kIndex);
  return kept;
}

template <std::size_t... kIndices>
constexpr std::array<LeafFunction, kLeaves> Leaves(std::index_sequence<kIndices...>) {
  return {&Leaf<kIndices>...};
}
template <std::size_t... kIndices>
constexpr std::array<BranchFunction, kBranches> Branches(std::index_sequence<kIndices...>) {
  return {&Branch<kIndices>...};
}
template <std::size_t... kIndices>
constexpr std::array<RootFunction, kRoots> Roots(std::index_sequence<kIndices...>) {
  return {&Root<kIndices>...};
}
constexpr auto kLeaf = Leaves(std::make_index_sequence<kLeaves>());
constexpr auto kBranch = Branches(std::make_index_sequence<kBranches>());
constexpr auto kRoot = Roots(std::make_index_sequence<kRoots>());

thread_local Kept* t_kept = nullptr;

void Allocate(std::size_t blocks, std::size_t stacks, bool keep) {
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t stack = i % stacks;
    Kept* const kept = kRoot[stack / (kLeaves * kBranches) % kRoots](
        kBranch[stack / kLeaves % kBranches], kLeaf[stack % kLeaves]);
    if (keep) {
      kept->before = t_kept;
      t_kept = kept;
    } else {
      delete kept;
    }
  }
}

// Returns when all threads have done their work. They stay; the program's end takes them along.
void AllocateAndStay(int threads, std::size_t blocks, std::size_t stacks, bool keep) {
  static std::atomic<int> done;
  done = 0;
  for (int i = 0; i < threads; ++i) {
    std::thread([=] {
      Allocate(blocks, stacks, keep);
      ++done;
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }).detach();
  }
  while (done < threads) std::this_thread::yield();
}

TEST(DistinctStacks, Allocate) {
  using memprof::bench::FromEnvironment;
  const auto blocks = static_cast<std::size_t>(FromEnvironment("BENCH_BLOCKS", 1000));
  const auto stacks = static_cast<std::size_t>(FromEnvironment("BENCH_STACKS", 1000));
  const bool keep = FromEnvironment("BENCH_KEEP", 1) != 0;
  const auto threads = static_cast<int>(FromEnvironment("BENCH_THREADS", 0));
  if (threads == 0) {
    Allocate(blocks, stacks, keep);
  } else {
    AllocateAndStay(threads, blocks, stacks, keep);
  }
}

}  // namespace
