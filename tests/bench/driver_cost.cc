// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/driver_cost.h"

#include <fmt/format.h>

#include <algorithm>

namespace memprof::bench {
namespace {

constexpr double kMostSeconds = 3;
constexpr double kMostMib = 300e6 / (1 << 20);

}  // namespace

DriverCost MeasureDriver(const Size& size, const std::string& directory, int rounds) {
  const std::string repeat = fmt::format("{}", size.iterations);
  const Invocation tests = {{MEMPROF_BENCH_EMPTY_NATIVE, "--gtest_repeat=" + repeat}, {}};
  const Invocation driver = {{MEMPROF_BENCH_CLI, "run", "--quiet", "--repeat", repeat, "--out",
                              directory + "/report", "--", MEMPROF_BENCH_EMPTY},
                             {}};
  const std::string log = directory + "/stderr.log";
  DriverCost cost;
  double tests_s = 0;
  double driver_s = 0;
  for (int i = 0; i < rounds; ++i) {
    const Result<Usage> alone = RunMeasured(tests, log);
    const Result<Usage> driven = RunMeasured(driver, log);
    if (!alone.ok() || !driven.ok()) {
      const Error& error = alone.ok() ? driven.error() : alone.error();
      cost.not_measured = error.message + ": " + error.hint;
      return cost;
    }
    const bool first = i == 0;
    const Usage& used = driven.value();
    tests_s = first ? alone.value().wall_s : std::min(tests_s, alone.value().wall_s);
    driver_s = first ? used.wall_s : std::min(driver_s, used.wall_s);
    cost.cpu_s = first ? used.cpu_s : std::min(cost.cpu_s, used.cpu_s);
    // The peak is no matter of luck: the highest counts.
    cost.peak_mib = std::max(cost.peak_mib, static_cast<double>(used.peak_kib) / 1024);
  }
  cost.beyond_tests_s = driver_s - tests_s;
  return cost;
}

std::vector<std::string> Exceeded(const DriverCost& cost) {
  std::vector<std::string> lines;
  if (cost.beyond_tests_s > kMostSeconds) {
    lines.push_back(fmt::format("memprof run: {:.2f} s beyond the tests, and the limit is {:.0f} s",
                                cost.beyond_tests_s, kMostSeconds));
  }
  if (cost.peak_mib > kMostMib) {
    lines.push_back(fmt::format("memprof run: {:.0f} MiB, and the limit is {:.0f} MiB",
                                cost.peak_mib, kMostMib));
  }
  return lines;
}

std::string Markdown(const DriverCost& cost, const Size& size) {
  std::string text = fmt::format("### memprof run on 10,000 empty tests × {}\n\n", size.iterations);
  if (!cost.not_measured.empty()) return text + "Not measured: " + cost.not_measured + "\n";
  return text + fmt::format(
                    "| what | figure | limit |\n|---|---|---|\n"
                    "| wall time beyond the tests alone | {:.2f} s | {:.0f} s |\n"
                    "| CPU time, tests and all | {:.2f} s | |\n"
                    "| peak resident set | {:.0f} MiB | {:.0f} MiB |\n",
                    cost.beyond_tests_s, kMostSeconds, cost.cpu_s, cost.peak_mib, kMostMib);
}

}  // namespace memprof::bench
