// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/block_index.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

constexpr long kWritable = PROT_READ | PROT_WRITE;
constexpr long kPrivate = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

// A chunk of glibc's has at most this much behind the requested bytes: what is left of a split that
// would be too little for a chunk, and the next one's header.
constexpr uint64_t kSlack = 40;

template <class T>
bool Resize(T** array, size_t old_count, size_t count) {
  const long moved =
      *array == nullptr
          ? syscall(SYS_mmap, nullptr, count * sizeof(T), kWritable, kPrivate, -1, 0)
          : syscall(SYS_mremap, *array, old_count * sizeof(T), count * sizeof(T), MREMAP_MAYMOVE);
  if (moved == -1) return false;
  *array = reinterpret_cast<T*>(moved);
  return true;
}

}  // namespace

int BlockIndex::Build(const ProcessMaps* maps) noexcept {
  maps_ = maps;
  mapping_ = maps->begin();
  modules_.Use(module_room_, kModules);
  bool has_room = true;
  uint64_t last_end = 0;
  const auto add = [&](uint64_t address, uint64_t bytes, uint32_t origin) {
    has_room = has_room && Add(address, bytes, origin);
    last_end = address + bytes;
  };
  ThreadTrace::Moving moving;
  bool has_moving = NextMovingBlock(0, &moving);
  // One that is in the table too, or that lies where another block is by now, is left out.
  const auto add_moving_until = [&](uint64_t address) {
    while (has_moving && reinterpret_cast<uint64_t>(moving.block) <= address) {
      const auto begin = reinterpret_cast<uint64_t>(moving.block);
      if (begin >= last_end && begin != address && begin + moving.bytes <= address) {
        add(begin, moving.bytes, moving.origin);
      }
      has_moving = NextMovingBlock(begin, &moving);
    }
  };
  g_tables.blocks.ForEach([&](uintptr_t address, uint64_t word) {
    const void* const block = reinterpret_cast<const void*>(address);
    add_moving_until(address);
    add(address, SizeOf(block, word), BlockWord::Origin(word));
  });
  add_moving_until(UINT64_MAX);
  return has_room ? 0 : ENOMEM;
}

bool BlockIndex::Grow() noexcept {
  const size_t wanted = capacity_ == 0 ? size_t{1} << 18 : 2 * capacity_;
  if (!Resize(&addresses_, capacity_, wanted) || !Resize(&sizes_, capacity_, wanted) ||
      !Resize(&origins_, capacity_, wanted)) {
    return false;
  }
  capacity_ = wanted;
  return true;
}

bool BlockIndex::IsReadable(uint64_t begin, uint64_t end) noexcept {
  while (mapping_ != maps_->end() && mapping_->end <= begin) ++mapping_;
  for (const Mapping* at = mapping_; at != maps_->end() && at->begin <= begin; ++at) {
    if (!at->is_readable) return false;
    if (at->end >= end) return true;
    begin = at->end;
  }
  return false;
}

bool BlockIndex::Add(uint64_t address, uint64_t bytes, uint32_t origin) noexcept {
  if (count_ == capacity_ && !Grow()) return false;
  const bool is_open = IsReadable(address - sizeof(uint64_t), address + (bytes > 0 ? bytes : 1));
  addresses_[count_] = address;
  sizes_[count_] = bytes | (is_open ? 0 : kGuarded);
  origins_[count_] = origin;
  if (!Enter(count_, address + bytes + kSlack)) return false;
  ++count_;
  return true;
}

void BlockIndex::Widen(uint64_t begin, uint64_t end) noexcept {
  const uint64_t old_end = lowest_ + span_;
  if (span_ == 0 || begin < lowest_) lowest_ = begin;
  span_ = (end > old_end ? end : old_end) - lowest_;
}

// Makes the block known to the pages that it touches.
bool BlockIndex::Enter(uint32_t block, uint64_t end) noexcept {
  const uint64_t begin = addresses_[block];
  Widen(begin, end);
  if (end - begin >= kLarge && large_count_ < kLargeBlocks) {
    large_[large_count_++] = block;
    for (uint64_t i = begin >> kGibibyteShift; i <= (end - 1) >> kGibibyteShift; ++i) {
      gibibytes_[i & (kGibibytes - 1)] |= kHasLarge;
    }
    return true;
  }
  for (uint64_t page = begin >> kPageShift; page <= (end - 1) >> kPageShift; ++page) {
    uintptr_t& entry = gibibytes_[page >> (kGibibyteShift - kPageShift) & (kGibibytes - 1)];
    uint32_t* pages = reinterpret_cast<uint32_t*>(entry & ~kFlags);
    if (pages == nullptr) {
      if (!Resize(&pages, 0, kPages)) return false;
      entry |= reinterpret_cast<uintptr_t>(pages);
    }
    uint32_t& first = pages[page & (kPages - 1)];
    if (first == 0) first = block + 1;
  }
  return true;
}

void BlockIndex::AddModule(uint64_t begin, uint64_t end) noexcept {
  if (begin >= end || end >> kAddressBits != 0) return;
  modules_.Add(begin, end);
  Widen(begin, end);
  for (uint64_t i = begin >> kGibibyteShift; i <= (end - 1) >> kGibibyteShift; ++i) {
    gibibytes_[i] |= kHasModule;
  }
}

bool BlockIndex::Find(uintptr_t entry, uint64_t address, Target* target) const noexcept {
  const auto* const pages = reinterpret_cast<const uint32_t*>(entry & ~kFlags);
  const size_t page = address >> kPageShift & (kPages - 1);
  if (pages != nullptr && pages[page] != 0) {
    uint32_t low = pages[page] - 1;
    // The first block of the next page is none of this page's others. One of 8 bytes is the least.
    uint32_t high = page + 1 < kPages && pages[page + 1] != 0 ? pages[page + 1]
                                                              : low + (1u << kPageShift) / 8 + 1;
    if (high > count_) high = count_;
    // It may be one that begins in this page, and whose slack lies in the next.
    while (high < count_ && addresses_[high] <= address) ++high;
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      if (addresses_[middle] <= address) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (addresses_[low] <= address && Describe(low, address, target)) return true;
  }
  return (entry & kHasLarge) != 0 && FindLarge(address, target);
}

bool BlockIndex::FindLarge(uint64_t address, Target* target) const noexcept {
  uint32_t low = 0;
  uint32_t high = large_count_;
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (addresses_[large_[middle]] <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && Describe(large_[low - 1], address, target);
}

bool BlockIndex::Describe(uint32_t block, uint64_t address, Target* target) const noexcept {
  constexpr uint64_t kWord = sizeof(uint64_t);
  const uint64_t offset = address - addresses_[block];
  const uint64_t size = bytes(block) > 0 ? bytes(block) : 1;
  *target = {block, 0, offset};
  if (offset + kWord <= size) return true;
  const uint64_t header = g_sizes_from_chunk_header ? ChunkHeader(block) : 0;
  const bool has_mapping = (header & 2) != 0;
  const uint64_t usable = header != 0 ? ChunkBytes(header) - (has_mapping ? kWord : 0) : 0;
  // The allocator's lists refer to the chunk behind by the last word of this one. Where the block
  // has not all of that word, no member of the program's lies there.
  const bool is_next_chunk = offset + kWord == usable;
  if (offset < size && !is_next_chunk) return true;
  target->weak = record::kWeakPastEnd;
  if (offset <= size) return true;
  return offset < usable && offset - size < (uint64_t{1} << kPageShift);
}

uint64_t BlockIndex::ChunkHeader(uint32_t block) const noexcept {
  const uint64_t address = addresses_[block] - sizeof(uint64_t);
  if (!IsOpen(block) && !maps_->IsReadable(address)) return 0;
  return *reinterpret_cast<const uint64_t*>(address);
}

}  // namespace memprof
