// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/block_table.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

bool BlockTable::Start(unsigned granule_shift) noexcept {
  shift_ = granule_shift;
  half_mask_ = granule_shift == 5 ? kHalfBytes : 0;
  pages_ = (size_t{1} << (kFirstShift - shift_)) / kWordsInPage;
  first_ = static_cast<Second**>(ReserveMemory(kFirstLevel * sizeof(Second*)));
  return first_ != nullptr;
}

BlockTable::Second* BlockTable::AddSecond(uintptr_t first) noexcept {
  if (first_ == nullptr) return nullptr;
  const size_t words = pages_ * kPageBytes;
  const size_t all = words + pages_ + sizeof(Second);
  char* const memory = static_cast<char*>(ReserveMemory(all));
  if (memory == nullptr) return nullptr;
  Second* const made = reinterpret_cast<Second*>(memory + words + pages_);
  made->words = reinterpret_cast<uint64_t*>(memory);
  made->written = reinterpret_cast<uint8_t*>(memory + words);
  Second* seen = nullptr;
  if (!__atomic_compare_exchange_n(&first_[first], &seen, made, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE)) {
    syscall(SYS_munmap, memory, all);  // another thread was first; not by our own hook
    return seen;
  }
  return made;
}

uint64_t BlockTable::TouchedBytes() const noexcept {
  uint64_t pages = 0;
  for (size_t first = 0; first_ != nullptr && first < kFirstLevel; ++first) {
    const Second* const second = __atomic_load_n(&first_[first], __ATOMIC_ACQUIRE);
    if (second == nullptr) continue;
    for (size_t page = 0; page < pages_; ++page) pages += second->written[page];
    pages += pages_ / kPageBytes;
  }
  return pages * kPageBytes;
}

void HugeSizes::Put(const void* block, uint64_t bytes) noexcept {
  for (Entry& entry : entries_) {
    const void* empty = nullptr;
    if (__atomic_load_n(&entry.block, __ATOMIC_RELAXED) != nullptr ||
        !__atomic_compare_exchange_n(&entry.block, &empty, block, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    __atomic_store_n(&entry.bytes, bytes, __ATOMIC_RELEASE);
    return;
  }
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
