// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_BLOCK_INDEX_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_BLOCK_INDEX_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/snapshot/memory_ranges.h"
#include "gtest_plugin/snapshot/process_maps.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// The live blocks by address, and which of them a word points into:
///
///     address bits 46..30       29..12               11..0
///     gibibytes_[2^17]  ──────► first block[2^18] ─► search among the blocks of the page
///     flags in the low bits     number + 1
///
/// so that nearly every word that is no pointer is told so by one or two comparisons, and the
/// others by a look at the few blocks of their page. Blocks of 64 MiB and more are in a list of
/// their own, for they would fill the pages' table.
class BlockIndex {
 public:
  /// A word that points somewhere.
  struct Target {
    uint32_t block;
    uint32_t weak;    ///< record::WeakBits
    uint64_t offset;  ///< bytes behind the block's begin
  };

  /// Takes all live blocks from the trace, also those that are being reallocated. 0, or ENOMEM.
  /// `maps` must outlive the index.
  int Build(const ProcessMaps* maps) noexcept;

  /// [begin, end) is a module's; must be called after Build, and FinishModules after the last.
  void AddModule(uint64_t begin, uint64_t end) noexcept;

  uint32_t count() const noexcept { return count_; }
  uint64_t address(uint32_t block) const noexcept { return addresses_[block]; }
  uint64_t bytes(uint32_t block) const noexcept { return sizes_[block] & ~kGuarded; }
  uint32_t origin(uint32_t block) const noexcept { return origins_[block]; }
  /// Whether each byte of it can be read.
  bool IsOpen(uint32_t block) const noexcept { return (sizes_[block] & kGuarded) == 0; }

  /// The chunk header of the block, glibc's, without checking that glibc owns the heap; 0 where it
  /// can't be read.
  uint64_t ChunkHeader(uint32_t block) const noexcept;

  /// Whether the word needs a closer look: most do not.
  bool IsCandidate(uint64_t word) const noexcept {
    const uint64_t address = word & kAddressMask;
    return address - lowest_ < span_ && gibibytes_[address >> kGibibyteShift] != 0;
  }

  /// True where the word points into a block or, weakly, may.
  bool FindBlock(uint64_t word, Target* target) const noexcept {
    const uint64_t address = word & kAddressMask;
    const uintptr_t entry = gibibytes_[address >> kGibibyteShift];
    if ((entry & ~kHasModule) == 0) return false;
    if (!Find(entry, address, target)) return false;
    if (address != word) target->weak |= record::kWeakHighTag;
    return true;
  }

  /// Whether the word points into a module's image.
  bool IsImage(uint64_t word) const noexcept {
    return word >> kAddressBits == 0 && (gibibytes_[word >> kGibibyteShift] & kHasModule) != 0 &&
           modules_.Holds(word);
  }
  void FinishModules() noexcept { modules_.Sort(); }

 private:
  static constexpr unsigned kAddressBits = 47;
  static constexpr uint64_t kAddressMask = (uint64_t{1} << kAddressBits) - 1;
  static constexpr unsigned kGibibyteShift = 30;
  static constexpr size_t kGibibytes = size_t{1} << (kAddressBits - kGibibyteShift);
  static constexpr unsigned kPageShift = 12;
  static constexpr size_t kPages = size_t{1} << (kGibibyteShift - kPageShift);
  static constexpr uintptr_t kHasModule = 1;
  static constexpr uintptr_t kHasLarge = 2;
  static constexpr uintptr_t kFlags = 3;
  static constexpr uint64_t kLarge = uint64_t{64} << 20;
  static constexpr size_t kLargeBlocks = 65536;
  static constexpr uint64_t kGuarded = uint64_t{1} << 63;  // in sizes_
  static constexpr size_t kModules = 4096;

  bool Grow() noexcept;
  bool IsReadable(uint64_t begin, uint64_t end) noexcept;
  bool Add(uint64_t address, uint64_t bytes, uint32_t origin) noexcept;
  bool Enter(uint32_t block, uint64_t end) noexcept;
  bool Find(uintptr_t entry, uint64_t address, Target* target) const noexcept;
  bool FindLarge(uint64_t address, Target* target) const noexcept;
  bool Describe(uint32_t block, uint64_t address, Target* target) const noexcept;
  void Widen(uint64_t begin, uint64_t end) noexcept;

  const ProcessMaps* maps_;
  const Mapping* mapping_;  ///< where the walk over the blocks has come to
  uint64_t* addresses_;
  uint64_t* sizes_;
  uint32_t* origins_;
  uint32_t count_;
  size_t capacity_;
  uint64_t lowest_;
  uint64_t span_;
  uint32_t large_count_;
  uint32_t large_[kLargeBlocks];
  uintptr_t gibibytes_[kGibibytes];
  MemoryRange module_room_[kModules];
  MemoryRanges modules_;
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_BLOCK_INDEX_H_
