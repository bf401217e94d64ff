// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SNAPSHOT_TAKEN_SNAPSHOT_H_
#define MEMPROF_TESTS_UNIT_SNAPSHOT_TAKEN_SNAPSHOT_H_

#include <gtest/gtest.h>
#include <stdint.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest_plugin/snapshot/heap_scan.h"
#include "gtest_plugin/trace/trace.h"
#include "runner/parse/heap_snapshot.h"
#include "tests/unit/record/scratch_record.h"

namespace memprof {

/// The address of a block in a form in which no scan finds it.
using Hidden = uintptr_t;
inline Hidden Hide(const void* block) { return ~reinterpret_cast<uintptr_t>(block); }
inline void* Show(Hidden block) { return reinterpret_cast<void*>(~block); }

/// A snapshot of this process, taken when it is made and read by the runner's half.
class TakenSnapshot {
 public:
  TakenSnapshot() {
    const char* why_not = nullptr;
    const std::string path = directory_.File("a.heap0");
    ScanPlan* const plan = MakeScanPlan(3, 5, path.c_str(), &why_not);
    EXPECT_NE(plan, nullptr) << why_not;
    const auto begin = std::chrono::steady_clock::now();
    const StopResult result = CopyStoppedWorld(
        [](const StoppedWorld& world, void* of_plan) {
          return ScanHeap(world, static_cast<ScanPlan*>(of_plan));
        },
        plan);
    EXPECT_GT(result.child, 0) << result.why_not;
    EXPECT_TRUE(result.child < 0 || ReapSnapshotChild(result.child, 60000));
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ForgetScanPlan(plan);
    const std::string bytes = BytesOf(path);
    file_bytes = bytes.size();
    RecordedSnapshot recorded;
    recorded.what.number = 3;
    recorded.what.iteration = 5;
    recorded.what.threads = result.threads;
    recorded.what.parked = result.parked;
    recorded.what.module_epoch = g_module_epoch;
    Result<HeapSnapshot> parsed = ParseHeapSnapshot(bytes, recorded, RecordedTrace());
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message);
    if (parsed.ok()) heap = std::move(parsed).value();
    Reach();
  }

  /// The block that begins at the address; UINT32_MAX when there is none.
  uint32_t Find(Hidden block) const {
    for (uint32_t i = 0; i < heap.blocks.size(); ++i) {
      if (heap.blocks[i].address == ~block) return i;
    }
    return UINT32_MAX;
  }

  /// Whether plain pointers lead there from a root.
  bool Reaches(Hidden block) const { return reached_.count(Find(block)) != 0; }

  /// All roots of the block, weak ones too.
  std::vector<record::RootWord> RootsOf(Hidden block) const {
    const uint32_t number = Find(block);
    std::vector<record::RootWord> found;
    for (const record::RootWord& root : heap.roots) {
      if (root.block == number) found.push_back(root);
    }
    return found;
  }

  /// What holds the block, for the message of a failed test.
  std::string WhatHolds(Hidden block) const {
    std::ostringstream text;
    for (const record::RootWord& root : RootsOf(block)) {
      text << "root of kind " << root.kind << " at 0x" << std::hex << root.address << std::dec
           << " of thread " << root.thread << ", weak " << root.weak << '\n';
    }
    for (const record::HeapEdge& edge : heap.edges) {
      if (edge.to != Find(block)) continue;
      text << "block of " << heap.blocks[edge.from].bytes << " bytes, at " << edge.from_offset
           << (reached_.count(edge.from) != 0 ? ", reached\n" : ", not reached\n");
    }
    return text.str();
  }

  HeapSnapshot heap;
  double seconds = 0;
  size_t file_bytes = 0;

 private:
  void Reach() {
    std::vector<uint32_t> to_do;
    const auto visit = [&](uint32_t block) {
      if (reached_.insert(block).second) to_do.push_back(block);
    };
    for (const record::RootWord& root : heap.roots) {
      if (root.weak == 0) visit(root.block);
    }
    while (!to_do.empty()) {
      const uint32_t from = to_do.back();
      to_do.pop_back();
      auto edge = std::lower_bound(
          heap.edges.begin(), heap.edges.end(), from,
          [](const record::HeapEdge& one, uint32_t number) { return one.from < number; });
      for (; edge != heap.edges.end() && edge->from == from; ++edge) visit(edge->to);
    }
  }

  ScratchDirectory directory_;
  std::set<uint32_t> reached_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SNAPSHOT_TAKEN_SNAPSHOT_H_
