// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/thread_pointers.h"

#include "gtest_plugin/snapshot/heap_scan.h"

namespace memprof {

uint64_t g_thread_pointers[kThreadPointers];

// A hash table without chains: thread pointers come back with the stacks that glibc keeps, so that
// there are far fewer of them than threads.
void NoteThreadPointer(uint64_t thread_pointer) noexcept {
  constexpr size_t kProbes = 16;
  const size_t home = (thread_pointer * 0x9e3779b97f4a7c15u) >> 52;
  for (size_t i = 0; i < kProbes; ++i) {
    uint64_t& place = g_thread_pointers[(home + i) % kThreadPointers];
    uint64_t seen = __atomic_load_n(&place, __ATOMIC_RELAXED);
    if (seen == 0 && __atomic_compare_exchange_n(&place, &seen, thread_pointer, false,
                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      return;
    }
    if (seen == thread_pointer) return;
  }
  __atomic_store_n(&g_thread_pointers[home], thread_pointer, __ATOMIC_RELAXED);
}

}  // namespace memprof
