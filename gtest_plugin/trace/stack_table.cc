// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/stack_table.h"

#include <string.h>

namespace memprof {
namespace {

// Multiply and fold, word by word: return addresses differ in few bits.
uint64_t HashOf(const uintptr_t* addresses, uint32_t frames, uint32_t flags, uint32_t epoch) {
  uint64_t hash = (uint64_t{epoch} << 32) + (uint64_t{flags} << 16) + frames;
  for (uint32_t i = 0; i < frames; ++i) {
    const unsigned __int128 product =
        static_cast<unsigned __int128>(hash ^ addresses[i]) * 0x9e3779b97f4a7c15u;
    hash = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  return hash;
}

}  // namespace

bool StackTable::Start() noexcept {
  arena_ = static_cast<char*>(ReserveMemory(kArenaBytes));
  return arena_ != nullptr && offsets_.Reserve(kCapacity + 1) && slots_.Reserve(kSlots);
}

void StackTable::Release() noexcept {
  ReleaseMemory(arena_, kArenaBytes);
  arena_ = nullptr;
  offsets_.Release();
  slots_.Release();
}

StackTable::Entry* StackTable::Take(size_t bytes, uint32_t* number) noexcept {
  if (__atomic_load_n(&spare_, __ATOMIC_RELAXED) != 0) {
    const uint32_t spare = __atomic_exchange_n(&spare_, 0, __ATOMIC_ACQUIRE);
    if (spare != 0 && BytesOf((*this)[spare].frames) >= bytes) {
      *number = spare;
      return &(*this)[spare];
    }
    if (spare != 0) GiveBack(spare);
  }
  // By compare-and-swap, since what was added on trial could not be subtracted again: it might be
  // another thread's by then. Acquired, because GiveBack releases what its thread wrote there.
  size_t at = __atomic_load_n(&arena_used_, __ATOMIC_RELAXED);
  do {
    if (at + bytes > kArenaBytes || count() >= kCapacity) return nullptr;
  } while (!__atomic_compare_exchange_n(&arena_used_, &at, at + bytes, true, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED));
  uint32_t last = count();
  do {
    if (last >= kCapacity) return nullptr;
  } while (!__atomic_compare_exchange_n(&count_, &last, last + 1, true, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED));
  *number = last + 1;
  __atomic_store_n(&offsets_[*number], static_cast<uint32_t>(at / sizeof(uint64_t)),
                   __ATOMIC_RELEASE);
  return reinterpret_cast<Entry*>(arena_ + at);
}

void StackTable::GiveBack(uint32_t number) noexcept {
  const size_t at = size_t{offsets_[number]} * sizeof(uint64_t);
  size_t end = at + BytesOf((*this)[number].frames);
  // The number first: while it is taken, its room must not become another's.
  uint32_t last = number;
  if (__atomic_compare_exchange_n(&count_, &last, number - 1, false, __ATOMIC_RELEASE,
                                  __ATOMIC_RELAXED)) {
    __atomic_compare_exchange_n(&arena_used_, &end, at, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    return;
  }
  uint32_t none = 0;
  __atomic_compare_exchange_n(&spare_, &none, number, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

uint32_t StackTable::Intern(const uintptr_t* addresses, uint32_t frames, uint32_t flags,
                            uint32_t epoch) noexcept {
  const uint64_t hash = HashOf(addresses, frames, flags, epoch);
  uint32_t made = 0;
  for (uint32_t i = static_cast<uint32_t>(hash) % kSlots;; i = (i + 1) % kSlots) {
    uint32_t id = __atomic_load_n(&slots_[i], __ATOMIC_ACQUIRE);
    if (id == 0) {
      if (made == 0) {
        Entry* const entry = Take(BytesOf(frames), &made);
        if (entry == nullptr) {
          CountLost();
          return record::kNoStack;
        }
        entry->hash = hash;
        entry->epoch = epoch;
        entry->flags = flags;
        entry->frames = frames;
        entry->is_written = 0;  // it may have been another's that was given back
        memcpy(entry->addresses, addresses, frames * sizeof(uintptr_t));
      }
      if (__atomic_compare_exchange_n(&slots_[i], &id, made, false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_ACQUIRE)) {
        return made;
      }
      // Another thread took the slot, perhaps with this very stack.
    }
    const Entry& seen = *EntryAt(__atomic_load_n(&offsets_[id], __ATOMIC_ACQUIRE));
    if (seen.hash == hash && seen.epoch == epoch && seen.flags == flags && seen.frames == frames &&
        memcmp(seen.addresses, addresses, frames * sizeof(uintptr_t)) == 0) {
      if (made != 0) GiveBack(made);
      return id;
    }
  }
}

uint64_t StackTable::TouchedBytes() const noexcept {
  const uint64_t used = __atomic_load_n(&arena_used_, __ATOMIC_RELAXED);
  const uint64_t numbers = count();
  const uint64_t pages_of_slots = numbers < kSlots / 1024 ? numbers : kSlots / 1024;
  return used + numbers * sizeof(uint32_t) + pages_of_slots * 4096;
}

}  // namespace memprof
