// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_BLOCK_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_BLOCK_TABLE_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// What is known of one live block, in one word:
///
///     63            32 31     30       29                0
///     |    origin     |half|sampled|  requested bytes    |
///
/// Zero means "no block that we know begins here"; so an origin is never 0.
struct BlockWord {
  static constexpr uint64_t kHalf = 1ull << 31;  ///< the block begins in the granule's second half
  static constexpr uint64_t kSampled = 1ull << 30;
  static constexpr uint64_t kSizeMask = kSampled - 1;
  /// This size and greater ones are kept apart, in HugeSize's table.
  static constexpr uint64_t kHuge = kSizeMask;

  static uint32_t Origin(uint64_t word) noexcept { return static_cast<uint32_t>(word >> 32); }
};

/// The live blocks, as shadow memory: one word for each granule of address space. It needs neither
/// locks nor hashing, and an entry costs one store to make and one to clear.
///
///     address bits 46..30        bits 29..5 (granule)
///     first level[2^17]  ──────► words[2^25]  then  written[2^16]
///     null until needed          8 bytes for        which pages of words were ever
///                                32 of heap         written: what a walk must read
///
/// A granule is 32 bytes with glibc's malloc, whose smallest chunk that is, and 8 with others. What
/// a block costs is 8 bytes, or as many as the pages of words that it alone touches: a quarter of a
/// page for each 4 KiB of heap. Freed and used again is safe between threads, for the entry is
/// cleared before the real free, and stored after malloc has returned.
class BlockTable {
 public:
  /// `granule_shift`: 5 or 3.
  void Start(unsigned granule_shift) noexcept;

  /// `word` without kHalf. False when there is no room: the block stays unknown.
  bool Store(const void* block, uint64_t word) noexcept {
    uint64_t* const slot = SlotFor(block);
    if (__builtin_expect(slot == nullptr, 0)) return false;
    __atomic_store_n(slot, word | HalfOf(block), __ATOMIC_RELEASE);  // with its origin
    return true;
  }

  /// 0 when the block is not there.
  uint64_t Get(const void* block) const noexcept {
    const uint64_t* const slot = FindSlot(block);
    return slot != nullptr ? __atomic_load_n(slot, __ATOMIC_RELAXED) : 0;
  }

  /// Takes the block out. 0 when it is not there: it is older than the table.
  uint64_t Take(const void* block) noexcept {
    uint64_t* const slot = FindSlot(block);
    if (__builtin_expect(slot == nullptr, 0)) return 0;
    const uint64_t word = __atomic_load_n(slot, __ATOMIC_RELAXED);
    // No other block can begin in the granule while this one lives, so an entry is the block's.
    if (__builtin_expect(word != 0, 1)) __atomic_store_n(slot, 0, __ATOMIC_RELAXED);
    return word;
  }

  /// Calls `visit(address, word)` for each block, in the order of addresses. Blocks that other
  /// threads make or free meanwhile may be missed or seen.
  template <class Visit>
  void ForEach(Visit visit) const noexcept {
    for (size_t first = 0; first < kFirstLevel; ++first) {
      uint64_t* const words = __atomic_load_n(&first_[first], __ATOMIC_ACQUIRE);
      if (words == nullptr) continue;
      const uint8_t* const written = WrittenOf(words);
      for (size_t page = 0; page < pages_; ++page) {
        if (__atomic_load_n(&written[page], __ATOMIC_RELAXED) == 0) continue;
        for (size_t i = page * kWordsInPage; i < (page + 1) * kWordsInPage; ++i) {
          const uint64_t word = __atomic_load_n(&words[i], __ATOMIC_ACQUIRE);
          if (word == 0) continue;
          const uintptr_t base = (first << kFirstShift) | (i << shift_);
          visit(base + ((word & BlockWord::kHalf) != 0 ? kHalfBytes : 0), word);
        }
      }
    }
  }

  /// Bytes of memory that the table has touched.
  uint64_t TouchedBytes() const noexcept;

 private:
  static constexpr unsigned kFirstShift = 30;
  static constexpr size_t kFirstLevel = size_t{1} << 17;  // 47 bits of user addresses
  static constexpr size_t kPageBytes = 4096;
  static constexpr size_t kWordsInPage = kPageBytes / sizeof(uint64_t);
  static constexpr uintptr_t kHalfBytes = 16;

  uint64_t HalfOf(const void* block) const noexcept {
    // Bit 4 of the address, moved to bit 31.
    return (reinterpret_cast<uintptr_t>(block) & half_mask_) << 27;
  }
  /// Linux gives programs no address of more than 47 bits unless they ask for one.
  static size_t FirstOf(uintptr_t address) noexcept {
    return (address >> kFirstShift) & (kFirstLevel - 1);
  }
  size_t IndexOf(uintptr_t address) const noexcept {
    return (address & ((uintptr_t{1} << kFirstShift) - 1)) >> shift_;
  }
  uint8_t* WrittenOf(uint64_t* words) const noexcept {
    return reinterpret_cast<uint8_t*>(words + pages_ * kWordsInPage);
  }
  uint64_t* FindSlot(const void* block) const noexcept {
    const uintptr_t address = reinterpret_cast<uintptr_t>(block);
    uint64_t* const words = __atomic_load_n(&first_[FirstOf(address)], __ATOMIC_ACQUIRE);
    return __builtin_expect(words == nullptr, 0) ? nullptr : &words[IndexOf(address)];
  }
  uint64_t* SlotFor(const void* block) noexcept {
    const uintptr_t address = reinterpret_cast<uintptr_t>(block);
    uint64_t* words = __atomic_load_n(&first_[FirstOf(address)], __ATOMIC_ACQUIRE);
    if (__builtin_expect(words == nullptr, 0)) {
      words = AddWords(FirstOf(address));
      if (words == nullptr) return nullptr;
    }
    const size_t index = IndexOf(address);
    uint8_t& written = WrittenOf(words)[index / kWordsInPage];
    if (__builtin_expect(__atomic_load_n(&written, __ATOMIC_RELAXED) == 0, 0)) {
      __atomic_store_n(&written, 1, __ATOMIC_RELAXED);
    }
    return &words[index];
  }
  uint64_t* AddWords(uintptr_t first) noexcept;

  unsigned shift_ = 0;
  uintptr_t half_mask_ = 0;
  size_t pages_ = 0;  // of words, behind each pointer of the first level
  uint64_t* first_[kFirstLevel] = {};
};

/// Sizes of blocks that have no room in a word: those of 1 GiB and more, and few enough for a list.
class HugeSizes {
 public:
  /// False where there is no room.
  bool Put(const void* block, uint64_t bytes) noexcept;
  /// 0 for a block that is not there.
  uint64_t Get(const void* block) const noexcept;
  void Remove(const void* block) noexcept;

 private:
  static constexpr size_t kCapacity = 1024;
  struct Entry {
    const void* block;
    uint64_t bytes;
  };
  Entry entries_[kCapacity] = {};
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_BLOCK_TABLE_H_
