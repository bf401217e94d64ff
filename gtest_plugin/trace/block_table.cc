// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/block_table.h"

#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

void BlockTable::Start(unsigned granule_shift) noexcept {
  shift_ = granule_shift;
  half_mask_ = granule_shift == 5 ? kHalfBytes : 0;
  pages_ = (size_t{1} << (kFirstShift - shift_)) / kWordsInPage;
}

uint64_t* BlockTable::AddWords(uintptr_t first) noexcept {
  const size_t bytes = pages_ * kPageBytes + pages_;
  uint64_t* const made = static_cast<uint64_t*>(ReserveMemory(bytes));
  if (made == nullptr) return nullptr;
  uint64_t* seen = nullptr;
  if (!__atomic_compare_exchange_n(&first_[first], &seen, made, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE)) {
    ReleaseMemory(made, bytes);  // another thread was first
    return seen;
  }
  return made;
}

uint64_t BlockTable::TouchedBytes() const noexcept {
  uint64_t pages = 0;
  for (uint64_t* const& place : first_) {
    uint64_t* const words = __atomic_load_n(&place, __ATOMIC_ACQUIRE);
    if (words == nullptr) continue;
    const uint8_t* const written = WrittenOf(words);
    for (size_t page = 0; page < pages_; ++page) pages += written[page];
    pages += pages_ / kPageBytes;
  }
  return pages * kPageBytes;
}

bool HugeSizes::Put(const void* block, uint64_t bytes) noexcept {
  for (Entry& entry : entries_) {
    const void* empty = nullptr;
    if (__atomic_load_n(&entry.block, __ATOMIC_RELAXED) != nullptr ||
        !__atomic_compare_exchange_n(&entry.block, &empty, block, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    __atomic_store_n(&entry.bytes, bytes, __ATOMIC_RELEASE);
    return true;
  }
  return false;
}

uint64_t HugeSizes::Get(const void* block) const noexcept {
  for (const Entry& entry : entries_) {
    if (__atomic_load_n(&entry.block, __ATOMIC_ACQUIRE) == block) {
      return __atomic_load_n(&entry.bytes, __ATOMIC_ACQUIRE);
    }
  }
  return 0;
}

void HugeSizes::Remove(const void* block) noexcept {
  for (Entry& entry : entries_) {
    if (__atomic_load_n(&entry.block, __ATOMIC_RELAXED) == block) {
      __atomic_store_n(&entry.block, nullptr, __ATOMIC_RELEASE);
      return;
    }
  }
}

}  // namespace memprof
