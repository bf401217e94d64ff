// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/main_arena.h"

namespace memprof {
namespace {

// struct malloc_state, as glibc has had it since 2.3.4:
//
//     … fastbinsY[10]  top  last_remainder  bins[254]  binmap[4]  next  next_free …
//       -96            -16  -8              0          2032       2048  2056
//
// A bin is two words, the links of a ring of free chunks: of their headers, whose links lie 16
// bytes behind their begin. The bin itself counts as a header at 16 bytes before it.
constexpr uint64_t kBins = 127;
constexpr uint64_t kBinBytes = 16;
constexpr uint64_t kLinks = 16;
constexpr uint64_t kBeforeBins = 96;
constexpr uint64_t kTop = 16;  // before the bins
constexpr uint64_t kNext = 2048;
constexpr uint64_t kBehindBins = 2064;
// What precedes the fast bins has grown in glibc 2.27: this far from an arena's begin are its bins.
constexpr uint64_t kToBins[] = {112, 104};

bool IsRing(const ProcessMaps& maps, uint64_t bin) {
  uint64_t forward;
  uint64_t back;
  uint64_t word;
  if (!maps.ReadWord(bin, &forward) || !maps.ReadWord(bin + 8, &back)) return false;
  if (!maps.ReadWord(forward + kLinks + 8, &word) || word != bin - kLinks) return false;
  return maps.ReadWord(back + kLinks, &word) && word == bin - kLinks;
}

}  // namespace

MemoryRange FindMainArena(const ProcessMaps& maps, const MemoryRange& data) noexcept {
  // A thread may have been stopped while it changed a ring.
  constexpr uint64_t kBroken = 2;
  uint64_t first = 0;
  uint64_t whole = 0;
  for (uint64_t at = (data.begin + 7) & ~uint64_t{7}; at + kBinBytes <= data.end; at += 8) {
    if (!IsRing(maps, at)) continue;
    whole = 0;
    for (uint64_t i = 0; i < kBins && whole + kBroken >= i; ++i) {
      whole += IsRing(maps, at + i * kBinBytes) ? 1 : 0;
    }
    if (whole + kBroken < kBins) continue;
    first = at;
    break;
  }
  if (first == 0) return {0, 0};
  return {first - kBeforeBins, first + kBehindBins};
}

namespace {

// All heaps of one arena, from the newest on: each begins with its arena and the heap before it.
void AddHeapsOf(const ProcessMaps& maps, uint64_t arena, uint64_t top, MemoryRanges* heaps) {
  constexpr int kMostHeaps = 65536;
  uint64_t heap = top & ~(kArenaHeapBytes - 1);
  for (int i = 0; i < kMostHeaps && heap != 0; ++i) {
    uint64_t owner;
    if (!maps.ReadWord(heap, &owner) || owner != arena) return;
    heaps->Add(heap, heap + kArenaHeapBytes);
    if (!maps.ReadWord(heap + 8, &heap)) return;
  }
}

// All arenas are in a ring. False where it doesn't close if bins lie `to_bins` behind the begin.
template <class Visit>
bool ForEachOtherArena(const ProcessMaps& maps, uint64_t bins, uint64_t to_bins, Visit visit) {
  constexpr int kMostArenas = 65536;
  uint64_t arena;
  if (!maps.ReadWord(bins + kNext, &arena)) return false;
  for (int i = 0; arena != bins - to_bins; ++i) {
    visit(arena);
    if (i == kMostArenas || !maps.ReadWord(arena + to_bins + kNext, &arena)) return false;
  }
  return true;
}

}  // namespace

void FindArenaHeaps(const ProcessMaps& maps, const MemoryRange& main_arena,
                    MemoryRanges* heaps) noexcept {
  const uint64_t bins = main_arena.begin + kBeforeBins;
  for (const uint64_t to_bins : kToBins) {
    if (!ForEachOtherArena(maps, bins, to_bins, [](uint64_t) {})) continue;
    ForEachOtherArena(maps, bins, to_bins, [&](uint64_t arena) {
      uint64_t top;
      if (maps.ReadWord(arena + to_bins - kTop, &top)) AddHeapsOf(maps, arena, top, heaps);
    });
    return;
  }
}

}  // namespace memprof
