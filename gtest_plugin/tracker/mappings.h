// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_MAPPINGS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_MAPPINGS_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// The address ranges that the program mapped by hooked calls and has not unmapped.
struct MappingTotals {
  int64_t bytes = 0;
  int32_t mappings = 0;  ///< a range that was unmapped in its middle counts as two
  bool measured = true;  ///< false once a range had no room in the table
};

/// One of these ranges.
struct MappedRange {
  uintptr_t begin;
  uintptr_t end;
  uint32_t origin;  ///< who mapped it, in a full trace; else 0
};

/// Copies at most `room` ranges, in the order of addresses; returns how many.
uint32_t CopyMappings(MappedRange* out, uint32_t room) noexcept;

/// The sums now.
MappingTotals ReadMappingTotals() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_MAPPINGS_H_
