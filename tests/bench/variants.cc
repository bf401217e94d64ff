// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/variants.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace memprof::bench {
namespace {

// What the screen may cost, as CPU time to native's.
constexpr double kAllocationLimit = 1.10;
constexpr double kEmptyLimit = 2.0;
// What the full trace may: less than LeakSanitizer's, which is 1.9 to 2.2.
constexpr double kTraceLimit = 1.5;

// What `memprof run` sets for its screen (runner/plan/rerun_plan.cc).
Invocation Driven(Invocation invocation, const std::string& directory) {
  invocation.environment.emplace_back("MEMPROF_RECORD", directory + "/driven.rec");
  invocation.environment.emplace_back("MEMPROF_SETTLE_MS", "0");
  return invocation;
}

// What it sets for the triage.
Invocation Traced(Invocation invocation, const std::string& directory) {
  invocation = Driven(std::move(invocation), directory);
  invocation.environment.emplace_back("MEMPROF_TRACE", "1");
  return invocation;
}

Invocation Preloading(Invocation invocation, const char* library) {
  invocation.environment.emplace_back("LD_PRELOAD", library);
  return invocation;
}

Invocation Under(const std::vector<std::string>& tool, Invocation invocation) {
  invocation.arguments.insert(invocation.arguments.begin(), tool.begin(), tool.end());
  return invocation;
}

Invocation AllocationSuite(const char* binary, int scale_percent, const char* filter) {
  return {{binary, fmt::format("--gtest_filter={}", filter)},
          {{"MEMPROF_BENCH_SCALE", fmt::format("{}", scale_percent)}}};
}

struct Limits {
  double screen = 0;
  double trace = 0;
};

Comparison OnAllocations(const std::string& title, const char* filter, Limits limits,
                         const Size& size, const std::string& directory) {
  const Invocation native =
      AllocationSuite(MEMPROF_BENCH_ALLOCATIONS_NATIVE, size.scale_percent, filter);
  const Invocation linked = AllocationSuite(MEMPROF_BENCH_ALLOCATIONS, size.scale_percent, filter);
  return {title,
          {{"native", native},
           {"memprof linked, alone", linked, limits.screen},
           {"memprof's screen", Driven(linked, directory), limits.screen},
           {"memprof's full trace", Traced(linked, directory), limits.trace},
           {"LeakSanitizer", Preloading(native, "liblsan.so.0")}}};
}

}  // namespace

Comparison AllocationHeavy(const Size& size, const std::string& directory) {
  return OnAllocations("Allocation-heavy suite", "-Adverse.*", {kAllocationLimit, kTraceLimit},
                       size, directory);
}

Comparison Adverse(const Size& size, const std::string& directory) {
  return OnAllocations("Adverse extreme: untouched pairs (not judged)", "Adverse.*", {}, size,
                       directory);
}

Comparison EmptyTests(const Size& size, const std::string& directory) {
  const std::string repeat = fmt::format("--gtest_repeat={}", size.iterations);
  const Invocation native = {{MEMPROF_BENCH_EMPTY_NATIVE, repeat}, {}};
  const Invocation linked = {{MEMPROF_BENCH_EMPTY, repeat}, {}};
  return {fmt::format("10,000 empty tests × {}", size.iterations),
          {{"native", native},
           {"memprof linked, alone", linked, kEmptyLimit},
           {"memprof's screen", Driven(linked, directory), kEmptyLimit},
           {"memprof's full trace", Traced(linked, directory)},
           {"LeakSanitizer", Preloading(native, "liblsan.so.0")}}};
}

Comparison Peers(const Size& size, const std::string& directory) {
  const int scale = std::max(1, size.scale_percent / 10);
  const Invocation native = AllocationSuite(MEMPROF_BENCH_ALLOCATIONS_NATIVE, scale, "-Adverse.*");
  const Invocation linked = AllocationSuite(MEMPROF_BENCH_ALLOCATIONS, scale, "-Adverse.*");
  const std::string massif_file = fmt::format("--massif-out-file={}/massif", directory);
  return {"Peers, on a tenth of the allocation-heavy suite",
          {{"native", native},
           {"memprof's screen", Driven(linked, directory)},
           {"memprof's full trace", Traced(linked, directory)},
           {"LeakSanitizer", Preloading(native, "liblsan.so.0")},
           {"heaptrack", Under({"heaptrack", "-o", directory + "/heaptrack"}, native)},
           {"massif", Under({"valgrind", "--tool=massif", massif_file}, native)},
           {"memcheck", Under({"valgrind", "--leak-check=full"}, native)}}};
}

}  // namespace memprof::bench
