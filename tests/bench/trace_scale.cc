// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Measures the full trace where there is much of everything, and prints it as Markdown. See
// README.md.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/snapshot_cost.h"
#include "tests/bench/survivor_cost.h"
#include "tests/bench/table_limits.h"
#include "tests/bench/trace_memory.h"
#include "tests/bench/traced_run.h"

namespace {

using memprof::bench::ScaleTable;

constexpr const char* kUsage =
    "Usage: bench_trace_scale [--only memory|survivors|limits|snapshots] [--smoke]\n"
    "  --smoke  small numbers, to see that all of it works\n"
    "Exit status 1 where a limit is exceeded, or something could not be measured.\n";

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "--read") {
    return memprof::bench::ReadingMain(arguments[1], arguments[2]);
  }
  bool smoke = false;
  std::string only;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--smoke") {
      smoke = true;
    } else if (arguments[i] == "--only" && i + 1 < arguments.size()) {
      only = arguments[++i];
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  const std::string directory = MEMPROF_BENCH_OUTPUT;
  std::filesystem::create_directories(directory);

  struct Part {
    const char* name;
    std::function<ScaleTable()> measure;
  };
  const std::vector<Part> parts = {
      {"memory",
       [&] {
         return memprof::bench::MeasureTraceMemory(smoke ? 10000 : 10000000, smoke ? 8 : 200,
                                                   directory);
       }},
      {"survivors",
       [&] { return memprof::bench::MeasureSurvivors(smoke ? 10000 : 1000000, directory); }},
      {"limits", [&] { return memprof::bench::MeasureLimits(!smoke, directory); }},
      {"snapshots",
       [&] { return memprof::bench::MeasureSnapshots(smoke ? 10000 : 2000000, directory); }},
  };
  bool good = true;
  for (const Part& part : parts) {
    if (!only.empty() && only != part.name) continue;
    const ScaleTable table = part.measure();
    fmt::print("{}\n", table.markdown);
    std::fflush(stdout);
    for (const auto* lines : {&table.exceeded, &table.not_run}) {
      for (const std::string& line : *lines) fmt::print(stderr, "{}\n", line);
      good = good && lines->empty();
    }
  }
  return good ? 0 : 1;
}
