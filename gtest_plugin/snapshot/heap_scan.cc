// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/heap_scan.h"

#include <time.h>

#include "gtest_plugin/snapshot/allocator_areas.h"
#include "gtest_plugin/snapshot/bad_pages.h"
#include "gtest_plugin/snapshot/root_scan.h"
#include "gtest_plugin/snapshot/scan_plan.h"
#include "gtest_plugin/snapshot/thread_areas.h"
#include "gtest_plugin/snapshot/thread_records.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

uint64_t Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

void Begin(ScanPlan* plan) {
  plan->reader.Start(&plan->maps);
  plan->not_data.Use(plan->not_data_room, sizeof(plan->not_data_room) / sizeof(MemoryRange));
  plan->thread_locals.Use(plan->thread_local_room, ScanPlan::kRanges);
  plan->not_mapping.Use(plan->not_mapping_room, ScanPlan::kRanges);
  plan->block_records.Start(&plan->file);
  plan->root_records.Start(&plan->file);
  plan->edge_records.Start(&plan->file);
  plan->weak_edge_records.Start(&plan->file);
  plan->image_records.Start(&plan->file);
}

void WriteBlocks(ScanPlan* plan) {
  const BlockIndex& blocks = plan->blocks;
  for (uint32_t i = 0; i < blocks.count(); ++i) {
    plan->block_records.Append({blocks.address(i), blocks.bytes(i), blocks.origin(i), 0});
  }
  plan->block_records.Flush();
}

__attribute__((noinline)) void LookAt(ScanPlan* plan, uint32_t from, uint64_t at, uint64_t word) {
  const BlockIndex& blocks = plan->blocks;
  const uint64_t distance = at - blocks.address(from);
  const uint32_t offset = distance < UINT32_MAX ? static_cast<uint32_t>(distance) : UINT32_MAX;
  BlockIndex::Target target;
  if (blocks.FindBlock(word, &target)) {
    const uint32_t to_offset =
        target.offset < UINT32_MAX ? static_cast<uint32_t>(target.offset) : UINT32_MAX;
    const record::HeapEdge edge = {from, target.block, offset, to_offset};
    if (target.weak == 0) {
      plan->edge_records.Append(edge);
    } else {
      plan->weak_edge_records.Append(edge, target.weak);
    }
  } else if (blocks.IsImage(word)) {
    plan->image_records.Append({from, offset, word});
  }
}

void ScanBlocks(ScanPlan* plan) {
  const BlockIndex& blocks = plan->blocks;
  for (uint32_t i = 0; i < blocks.count(); ++i) {
    const uint64_t begin = blocks.address(i);
    const uint64_t end = begin + blocks.bytes(i);
    const auto scan = [&](uint64_t from, uint64_t to) {
      for (uint64_t at = from; at + 8 <= to; at += 8) {
        const uint64_t word = *reinterpret_cast<const uint64_t*>(at);
        if (blocks.IsCandidate(word)) LookAt(plan, i, at, word);
      }
    };
    if (blocks.IsOpen(i) && end - begin < MemoryReader::kSparse) {
      scan(begin, end);
    } else {
      plan->reader.ForEachReadable(begin, end, scan);
    }
  }
  plan->edge_records.Flush();
  plan->weak_edge_records.Flush();
  plan->image_records.Flush();
}

// So that what they refer to is told with them, and their stacks are not taken for mappings.
void FindUnparkedThreads(const ScanPlan& plan, const StoppedWorld& world) {
  // The copy's own, for nobody else to see.
  auto* const threads = const_cast<StoppedThread*>(world.threads);
  for (uint32_t i = 0; i < world.count; ++i) {
    if (threads[i].state != record::kThreadUnparked || threads[i].thread_pointer != 0) continue;
    threads[i].thread_pointer = FindThreadPointer(plan.maps, threads[0], threads[i].tid);
  }
}

uint64_t UnreadBytes(const ScanPlan& plan) {
  return plan.reader.unread_bytes() + BytesInBadPages();
}

bool HasSeenAll(const ScanPlan& plan) {
  // Ranges that found no room are scanned as roots: too many roots, and nothing is lost by that.
  return UnreadBytes(plan) == 0 && plan.lost_modules == 0;
}

}  // namespace

int ScanHeap(const StoppedWorld& world, ScanPlan* plan) noexcept {
  const uint64_t begin = Now();
  ReadBadPagesAsZeros();
  int error = plan->maps.Read();
  if (error != 0) return error;
  Begin(plan);
  FindUnparkedThreads(*plan, world);
  error = plan->blocks.Build(&plan->maps);
  if (error != 0) return error;
  for (uint32_t i = 0; i < plan->module_count; ++i) {
    plan->blocks.AddModule(plan->modules[i].begin, plan->modules[i].end);
  }
  plan->blocks.FinishModules();
  error = plan->opened_file != 0 ? plan->file.Use(plan->opened_file, plan->owner)
                                 : plan->file.Create(plan->path, plan->owner);
  if (error != 0) return error;
  const record::SnapshotStart start = {plan->number, plan->iteration, plan->module_epoch,
                                       world.count};
  plan->file.Append(record::kSnapshotStart, &start, sizeof(start));
  WriteThreads(world, plan);
  WriteBlocks(plan);
  // Where we are no library of our own, our tables lie within the program's data.
  const auto tables = reinterpret_cast<uint64_t>(&g_tables);
  plan->not_data.Add(tables, tables + sizeof(g_tables));
  FindAllocatorAreas(plan);
  plan->not_data.Sort();
  ScanRoots(world, plan);
  ScanBlocks(plan);
  record::SnapshotEnd end = {};
  end.blocks = plan->blocks.count();
  end.edges = plan->edge_records.size();
  end.roots = plan->root_records.size();
  end.state = HasSeenAll(*plan) ? record::kSnapshotWhole : record::kSnapshotPartial;
  end.unread_bytes = UnreadBytes(*plan);
  end.scan_ns = Now() - begin;
  plan->file.Append(record::kSnapshotEnd, &end, sizeof(end));
  return plan->file.Close();
}

}  // namespace memprof
