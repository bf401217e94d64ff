// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_TRACKER_COUNTED_H_
#define MEMPROF_TESTS_UNIT_TRACKER_COUNTED_H_

#include <malloc.h>

#include <cstdint>

#include "gtest_plugin/tracker/counters.h"

namespace memprof {

/// What the counters say of one piece of code.
struct Counted {
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t allocated_bytes = 0;
  std::int64_t live_bytes = 0;
};

/// Runs `body` between two readings. The hooks are part of this very program, so that what it
/// counts are the calls of malloc and its kin that `body` makes.
template <class Body>
Counted CountedDuring(Body body) {
  const HeapTotals before = ReadHeapTotals();
  body();
  const HeapTotals after = ReadHeapTotals();
  return {after.allocations - before.allocations, after.frees - before.frees,
          after.allocated_bytes - before.allocated_bytes, after.live_bytes - before.live_bytes};
}

/// The bytes that a block counts with, below the size from which it gets a mapping of its own.
inline std::int64_t SizeOf(void* block) {
  return static_cast<std::int64_t>(malloc_usable_size(block));
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_TRACKER_COUNTED_H_
