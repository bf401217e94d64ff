// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_HEAP_OWNER_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_HEAP_OWNER_H_

#include "gtest_plugin/record/format.h"

namespace memprof {

/// Who answers the program's malloc, and what that lets us measure.
struct HeapOwnership {
  record::HeapOwner owner = record::kOwnerOther;
  char name[64] = {};  ///< "libc.so.6", "libjemalloc.so.2", "AddressSanitizer" …

  /// The module whose operator new takes no memory from malloc, so that its blocks are not counted;
  /// empty where there is none, or nobody looked.
  char uncounted_new[64] = {};

  /// Whether the counters see every allocation.
  bool counted() const {
    return owner == record::kOwnerGlibc || owner == record::kOwnerForwarded ||
           owner == record::kOwnerToldSanitizer;
  }
  bool is_sanitizer() const {
    return owner == record::kOwnerSanitizer || owner == record::kOwnerToldSanitizer;
  }
};

/// Asks the dynamic linker. Cheap enough for once a process; must be called after it has loaded
/// the program's libraries.
HeapOwnership DetectHeapOwner() noexcept;

/// Calls the program's operator new, and fills `uncounted_new` of `ownership`. Nothing where the
/// heap is not counted by our own hooks.
void TryOperatorNew(HeapOwnership* ownership) noexcept;

/// Under a runtime that has LeakSanitizer's interface, checks for leaks now: 1 when it reported
/// some, 0 when there are none, -1 where there is no such runtime.
int CheckForLeaks() noexcept;

/// Under massif, writes a detailed snapshot to the file `path` now. Elsewhere it does nothing.
void TakeMassifSnapshot(const char* path) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_HEAP_OWNER_H_
