// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_TRACE_MEMORY_H_
#define MEMPROF_TESTS_BENCH_TRACE_MEMORY_H_

#include <string>
#include <vector>

namespace memprof::bench {

/// A table in Markdown, and what exceeds a limit or could not be measured, a line each.
struct ScaleTable {
  std::string markdown;
  std::vector<std::string> exceeded;
  std::vector<std::string> not_run;
};

/// What the trace's memory is for each live block, and for each thread: the resident set of a
/// program with the trace less that without it. `blocks` mixed ones, a tenth as many of each of
/// four sizes, and `threads` at once.
ScaleTable MeasureTraceMemory(long blocks, int threads, const std::string& directory);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_TRACE_MEMORY_H_
