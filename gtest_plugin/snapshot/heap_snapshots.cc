// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/heap_snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtest_plugin/snapshot/heap_scan.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

// Two million blocks take about a second; a machine that swaps, or a slow disk, more.
constexpr int kLongestScanMs = 30000;

int Scan(const StoppedWorld& world, void* plan) {
  return ScanHeap(world, static_cast<ScanPlan*>(plan));
}

}  // namespace

void HeapSnapshots::Prepare(const char* iterations) noexcept {
  const char* at = iterations;
  while (at != nullptr && count_ < kMost) {
    char* end;
    const unsigned long number = strtoul(at, &end, 10);
    if (end == at) break;
    iterations_[count_++] = static_cast<uint32_t>(number);
    at = *end == ',' ? end + 1 : nullptr;
  }
}

bool HeapSnapshots::IsWanted(uint32_t iteration) const noexcept {
  for (size_t i = 0; i < count_; ++i) {
    if (iterations_[i] == iteration) return true;
  }
  return false;
}

StopResult HeapSnapshots::Take(uint32_t number, uint32_t iteration,
                               const char* record_path) noexcept {
  StopResult result = {-1, 0, 0, refusal_, 0};
  if (refusal_ != nullptr) return result;
  Finish();
  if (child_ > 0) {
    result.why_not = "one before it was still being written after 30 s";
    return result;
  }
  char path[4096 + 32];
  snprintf(path, sizeof(path), "%s.heap%u", record_path, number);
  ScanPlan* const plan = MakeScanPlan(number, iteration, path, &result.why_not);
  if (plan == nullptr) return result;
  result = CopyStoppedWorld(&Scan, plan);
  ForgetScanPlan(plan);
  child_ = result.child;
  return result;
}

void HeapSnapshots::EndIteration(uint32_t iteration, record::Writer* record) noexcept {
  Await(0);  // its end is collected as soon as may be
  if (!IsWanted(iteration)) return;
  const uint32_t number = number_++;
  // It is read before: a module that goes meanwhile ends the epoch that the snapshot is of.
  const uint32_t epoch = __atomic_load_n(&g_module_epoch, __ATOMIC_RELAXED);
  const StopResult result = Take(number, iteration, record->path());
  const record::SnapshotState state = result.child < 0                 ? record::kSnapshotMissing
                                      : result.parked < result.threads ? record::kSnapshotPartial
                                                                       : record::kSnapshotWhole;
  const record::Snapshot snapshot = {number,          iteration,     static_cast<uint32_t>(state),
                                     result.threads,  result.parked, epoch,
                                     result.paused_ns};
  const char* why =
      state == record::kSnapshotWhole || result.why_not == nullptr ? "" : result.why_not;
  const auto length = static_cast<uint32_t>(strlen(why));
  const record::Piece pieces[] = {
      {&snapshot, sizeof(snapshot)}, {&length, sizeof(length)}, {why, length}};
  record->Append(record::kSnapshot, pieces, 3);
}

void HeapSnapshots::Await(int wait_ms) noexcept {
  if (child_ > 0 && ReapSnapshotChild(child_, wait_ms)) child_ = -1;
}

void HeapSnapshots::Finish() noexcept {
  Await(is_slow_ ? 0 : kLongestScanMs);
  is_slow_ = child_ > 0;
}

}  // namespace memprof
