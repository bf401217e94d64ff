// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_RECORDS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_RECORDS_H_

#include "gtest_plugin/snapshot/scan_plan.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Writes what is known of each thread: where its stack and its thread-local variables lie, and
/// its frames. Fills the plan's `thread_locals`. The plan's maps and blocks must be there.
void WriteThreads(const StoppedWorld& world, ScanPlan* plan) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_RECORDS_H_
