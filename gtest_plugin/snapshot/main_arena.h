// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_MAIN_ARENA_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_MAIN_ARENA_H_

#include <stdint.h>

#include "gtest_plugin/snapshot/memory_ranges.h"
#include "gtest_plugin/snapshot/process_maps.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// glibc's main_arena within `data`, a segment of libc.so: its bins and what is around them that
/// points into the heap. They list free chunks, each by the address of its header, which lies in
/// the block before: as roots they would hold whatever block has a free neighbour. The program has
/// no symbol for it, so it is known by its shape: 127 bins in a row, each the head of a ring. An
/// empty range where there is none.
MemoryRange FindMainArena(const ProcessMaps& maps, const MemoryRange& data) noexcept;

/// What the heaps of other arenas are in size and alignment: HEAP_MAX_SIZE of 64-bit machines.
constexpr uint64_t kArenaHeapBytes = uint64_t{64} << 20;

/// Adds the regions that all other arenas have their blocks in. `main_arena` is FindMainArena's.
void FindArenaHeaps(const ProcessMaps& maps, const MemoryRange& main_arena,
                    MemoryRanges* heaps) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_MAIN_ARENA_H_
