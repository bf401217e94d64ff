// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_ROOT_SCAN_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_ROOT_SCAN_H_

#include "gtest_plugin/snapshot/scan_plan.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Writes all words outside the heap that refer to blocks. Must follow WriteThreads and
/// FindAllocatorAreas.
void ScanRoots(const StoppedWorld& world, ScanPlan* plan) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_ROOT_SCAN_H_
