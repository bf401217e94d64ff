// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_ALLOCATOR_AREAS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_ALLOCATOR_AREAS_H_

#include "gtest_plugin/snapshot/scan_plan.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Finds the memory that the allocator hands out. It is read block by block: what lies there
/// outside of live blocks is free, and what was left in it refers to nothing. To the plan's
/// `not_mapping` are added, beside what brk made, which is no anonymous mapping anyway,
///  - of glibc: the heaps of all arenas, also of those without a block, and the mappings of large
///    blocks, to the byte, for the kernel joins them with a neighbour of the program's;
///  - whatever mapping else holds a tracked block: of other allocators as a whole,
/// and to `not_data` glibc's main_arena. The plan's maps and blocks must be there.
void FindAllocatorAreas(ScanPlan* plan) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_ALLOCATOR_AREAS_H_
