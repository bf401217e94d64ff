// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_TABLE_LIMITS_H_
#define MEMPROF_TESTS_BENCH_TABLE_LIMITS_H_

#include <string>

#include "tests/bench/trace_memory.h"

namespace memprof::bench {

/// Runs programs into the limits of the trace: too many stacks, too many origins, too little
/// address space, a record that cannot grow. Each must pass its test, and the record must say what
/// it lacks. The full tables take minutes, and are run where `full` is set.
ScaleTable MeasureLimits(bool full, const std::string& directory);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_TABLE_LIMITS_H_
