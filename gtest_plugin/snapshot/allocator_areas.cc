// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/allocator_areas.h"

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/snapshot/main_arena.h"

namespace memprof {
namespace {

// Flags in a chunk's header.
constexpr uint64_t kHasMapping = 2;
constexpr uint64_t kOfOtherArena = 4;

// The mapping of a large block of glibc's, from which a piece may be missing that was unmapped for
// alignment; the word before the header says how much. Empty where this makes no sense.
MemoryRange OwnMapping(const ScanPlan& plan, uint32_t block, uint64_t header) {
  constexpr uint64_t kPage = 4096;
  const uint64_t chunk = plan.blocks.address(block) - 2 * sizeof(uint64_t);
  uint64_t before;
  if (!plan.maps.ReadWord(chunk, &before) || before > chunk) return {0, 0};
  const uint64_t begin = chunk - before;
  const uint64_t end = chunk + (header & ~uint64_t{7});
  const bool fits = (begin & (kPage - 1)) == 0 && (end & (kPage - 1)) == 0 &&
                    end >= plan.blocks.address(block) + plan.blocks.bytes(block);
  return fits ? MemoryRange{begin, end} : MemoryRange{0, 0};
}

MemoryRange AreaOf(const ScanPlan& plan, uint32_t block) {
  const uint64_t address = plan.blocks.address(block);
  if (g_sizes_from_chunk_header) {
    const uint64_t header = plan.blocks.ChunkHeader(block);
    if ((header & kHasMapping) != 0) {
      const MemoryRange own = OwnMapping(plan, block, header);
      if (own.end != 0) return own;
    } else if ((header & kOfOtherArena) != 0) {
      const uint64_t heap = address & ~(kArenaHeapBytes - 1);
      return {heap, heap + kArenaHeapBytes};
    }
  }
  const Mapping* const mapping = plan.maps.Find(address);
  return mapping != nullptr ? MemoryRange{mapping->begin, mapping->end} : MemoryRange{0, 0};
}

}  // namespace

void FindAllocatorAreas(ScanPlan* plan) noexcept {
  for (uint32_t i = 0; i < plan->module_count; ++i) {
    const PlannedModule& module = plan->modules[i];
    for (uint32_t s = 0; module.has_main_arena && s < module.segments; ++s) {
      const MemoryRange arena = FindMainArena(plan->maps, module.writable[s]);
      if (arena.end == 0) continue;
      plan->not_data.Add(arena.begin, arena.end);
      FindArenaHeaps(plan->maps, arena, &plan->not_mapping);
      break;
    }
  }
  MemoryRange known = {0, 0};  // blocks come by address, and most share their area
  for (uint32_t block = 0; block < plan->blocks.count(); ++block) {
    const uint64_t address = plan->blocks.address(block);
    if (address < known.end) continue;
    const Mapping* const mapping = plan->maps.Find(address);
    if (mapping != nullptr && mapping->kind == Mapping::kHeap) {
      known = {mapping->begin, mapping->end};
      continue;
    }
    known = AreaOf(*plan, block);
    plan->not_mapping.Add(known.begin, known.end);
  }
}

}  // namespace memprof
