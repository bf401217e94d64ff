// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SCAN_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SCAN_H_

#include <stdint.h>

#include "gtest_plugin/snapshot/stopped_world.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// What is found out before the threads are parked, for it takes locks: where modules lie, which of
/// their segments are writable, which thread-local storage they have.
struct ScanPlan;

/// Makes the plan for snapshot `number` of an iteration, which goes to the file `path`. Null where
/// there is no memory for it; `*why_not` says what is missing. Kept until ForgetScanPlan.
ScanPlan* MakeScanPlan(uint32_t number, uint32_t iteration, const char* path,
                       const char** why_not) noexcept;
void ForgetScanPlan(ScanPlan* plan) noexcept;

/// To be called in the child: scans roots and live blocks, and writes the snapshot's file. Returns
/// 0, or an errno.
int ScanHeap(const StoppedWorld& world, ScanPlan* plan) noexcept;

/// A thread of the program has begun, or is about to end, whose thread pointer (fs_base) is this.
/// glibc keeps the stacks of threads that ended, and what lies there must not count as a root.
void NoteThreadPointer(uint64_t thread_pointer) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SCAN_H_
