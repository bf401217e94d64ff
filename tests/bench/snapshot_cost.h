// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_SNAPSHOT_COST_H_
#define MEMPROF_TESTS_BENCH_SNAPSHOT_COST_H_

#include <string>

#include "tests/bench/trace_memory.h"

namespace memprof::bench {

/// Heap snapshots of a program with so many blocks and eight threads: how long it stood still, how
/// long the writing took and how large the files are; then what the driver needs to read them and
/// to tell who holds what. Limits: 100 ms, 3 s, 5 s and 1 GB.
ScaleTable MeasureSnapshots(long blocks, const std::string& directory);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_SNAPSHOT_COST_H_
