// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_SURVIVOR_COST_H_
#define MEMPROF_TESTS_BENCH_SURVIVOR_COST_H_

#include <string>

#include "tests/bench/trace_memory.h"

namespace memprof::bench {

/// What it takes to record `blocks` survivors of 1,000, 10,000 and 100,000 stacks, made over five
/// iterations, and to read the record and name every stack. Judged against 10 s and 1 GB in sum.
ScaleTable MeasureSurvivors(long blocks, const std::string& directory);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_SURVIVOR_COST_H_
