// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/stack_key.h"

namespace memprof {
namespace {

/// One site in both runs. Counts come from text, so sums saturate.
struct Pair {
  const LsanLeak* leak = nullptr;
  bool direct = false;  ///< for some of its blocks, in either run
  std::int64_t short_bytes = 0, short_blocks = 0;
  std::int64_t long_bytes = 0, long_blocks = 0;
};

void Add(std::int64_t& sum, std::int64_t addend) {
  if (__builtin_add_overflow(sum, addend, &sum)) sum = INT64_MAX;
}

/// By stack alone: what a site loses is direct in one run and indirect in the next, where a stale
/// word in one lost block happens to point to another.
std::map<std::string, Pair> Match(const LsanLog& short_run, const LsanLog& long_run) {
  std::map<std::string, Pair> sites;
  for (const LsanLeak& leak : short_run.leaks) {
    Pair& site = sites[StackKey(leak.stack)];
    site.leak = &leak;
    site.direct |= leak.direct;
    Add(site.short_bytes, leak.bytes);
    Add(site.short_blocks, leak.blocks);
  }
  for (const LsanLeak& leak : long_run.leaks) {
    Pair& site = sites[StackKey(leak.stack)];
    site.leak = &leak;
    site.direct |= leak.direct;
    Add(site.long_bytes, leak.bytes);
    Add(site.long_blocks, leak.blocks);
  }
  return sites;
}

/// Whether more blocks in the longer run mean that the loss comes back. Two more, because one may
/// be a block of a single iteration that a stale slot hid in the shorter run only; and at least
/// one in four of the additional runs, as growth may rest every fourth run and still be growth.
/// Stale slots may hide all that the shorter run lost; then the longer must have lost as much as
/// its additional runs can lose, which is more than slots bring to light.
bool Recurs(const Pair& site, std::int64_t more_runs, int runs_long) {
  if (more_runs <= 0) return runs_long >= 2 && site.long_blocks >= runs_long;
  if (site.short_blocks == 0) return site.long_blocks >= std::max<std::int64_t>(2, more_runs);
  const std::int64_t more_blocks = site.long_blocks - site.short_blocks;
  return more_blocks >= std::max(std::min<std::int64_t>(2, more_runs), more_runs / 4);
}

LostSite Describe(const Pair& site, std::int64_t more_runs, int runs_long) {
  LostSite lost;
  lost.stack = site.leak->stack;
  lost.direct = site.direct;
  const bool only_short = site.long_blocks == 0;
  lost.total_bytes = only_short ? site.short_bytes : site.long_bytes;
  lost.total_blocks = only_short ? site.short_blocks : site.long_blocks;
  lost.recurs = Recurs(site, more_runs, runs_long);
  if (!lost.recurs) return lost;
  if (site.short_blocks == 0 || more_runs <= 0) {
    // Slots hid some of these, too: as few a run as can come to so many.
    lost.every_run = true;
    lost.blocks_per_run = (site.long_blocks - 1) / runs_long + 1;
    lost.bytes_per_run = site.long_bytes / site.long_blocks * lost.blocks_per_run;
    return lost;
  }
  const std::int64_t blocks = site.long_blocks - site.short_blocks;
  const std::int64_t bytes = site.long_bytes - site.short_bytes;
  lost.every_run = blocks >= more_runs;
  lost.blocks_per_run = std::max<std::int64_t>(blocks / more_runs, 1);
  lost.bytes_per_run = std::max<std::int64_t>(bytes, 0) / more_runs;
  return lost;
}

}  // namespace

std::vector<LostSite> CompareLostSites(const LsanLog& short_run, int runs_short,
                                       const LsanLog& long_run, int runs_long) {
  const std::int64_t more_runs = std::int64_t{runs_long} - runs_short;
  std::vector<LostSite> lost;
  for (const auto& [key, site] : Match(short_run, long_run)) {
    lost.push_back(Describe(site, more_runs, runs_long));
  }
  std::stable_sort(lost.begin(), lost.end(), [](const LostSite& a, const LostSite& b) {
    return std::tie(a.bytes_per_run, a.total_bytes) > std::tie(b.bytes_per_run, b.total_bytes);
  });
  return lost;
}

}  // namespace memprof
