// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_SCAN_PLAN_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_SCAN_PLAN_H_

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/snapshot/block_index.h"
#include "gtest_plugin/snapshot/heap_scan.h"
#include "gtest_plugin/snapshot/memory_ranges.h"
#include "gtest_plugin/snapshot/memory_reader.h"
#include "gtest_plugin/snapshot/process_maps.h"
#include "gtest_plugin/snapshot/snapshot_file.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// A module as the scan needs it.
struct PlannedModule {
  static constexpr size_t kWritableSegments = 8;
  uint64_t begin;  ///< record::Module::begin
  uint64_t end;
  uint64_t thread_local_id;  ///< 0: it has no thread-local variables
  uint64_t thread_local_bytes;
  bool is_ours;         ///< libmemprof.so: what it holds is no root
  bool has_main_arena;  ///< glibc's libc.so
  uint32_t segments;
  MemoryRange writable[kWritableSegments];
};

/// All that a scan has, in one piece of reserved memory: what the program found out before, and
/// room for what the child makes. Of the latter nothing is touched in the program.
struct ScanPlan {
  static constexpr uint32_t kModules = 4096;
  static constexpr size_t kRanges = size_t{1} << 17;

  uint32_t number;
  uint32_t iteration;
  uint32_t module_epoch;
  pid_t owner;
  char path[PATH_MAX];
  int opened_file;  ///< where it goes instead, if not 0
  uint32_t module_count;
  uint32_t lost_modules;
  PlannedModule modules[kModules];

  // The child's:
  ProcessMaps maps;
  MemoryReader reader;
  BlockIndex blocks;
  MemoryRange not_data_room[64];
  MemoryRange thread_local_room[kRanges];
  MemoryRange not_mapping_room[kRanges];
  MemoryRanges not_data;       ///< of modules' segments: what is no root
  MemoryRanges thread_locals;  ///< of all threads
  MemoryRanges not_mapping;  ///< of anonymous mappings: what was read as something else, or is none
  SnapshotFile file;
  RecordArray<record::HeapBlock, record::kSnapshotBlocks> block_records;
  RecordArray<record::RootWord, record::kSnapshotRoots> root_records;
  RecordArray<record::HeapEdge, record::kSnapshotEdges> edge_records;
  RecordArray<record::HeapEdge, record::kSnapshotWeakEdges> weak_edge_records;
  RecordArray<record::ImageWord, record::kSnapshotImageWords> image_records;
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_SCAN_PLAN_H_
