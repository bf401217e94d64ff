// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Measures what the screen costs and prints it as Markdown. See README.md.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/driver_cost.h"
#include "tests/bench/rounds.h"
#include "tests/bench/variants.h"

namespace {

using memprof::bench::Comparison;
using memprof::bench::DriverCost;
using memprof::bench::Rounds;
using memprof::bench::Size;

constexpr const char* kUsage =
    "Usage: bench_runner [--rounds N] [--peers] [--check] [--smoke]\n"
    "  --rounds N  runs of each variant (default 7)\n"
    "  --peers     heaptrack, massif and memcheck too\n"
    "  --check     exit 1 where a limit is exceeded\n"
    "  --smoke     one tiny run of each, to see that they work\n"
    "Exit status 1 also where something that is judged could not be measured.\n";

struct Options {
  int rounds = 7;
  bool peers = false;
  bool check = false;
  bool smoke = false;
  bool valid = true;
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
      options.rounds = std::atoi(argv[++i]);
    } else if (std::strcmp(argv[i], "--peers") == 0) {
      options.peers = true;
    } else if (std::strcmp(argv[i], "--check") == 0) {
      options.check = true;
    } else if (std::strcmp(argv[i], "--smoke") == 0) {
      options.smoke = true;
    } else {
      options.valid = false;
    }
  }
  if (options.rounds < 1) options.valid = false;
  return options;
}

void Append(std::vector<std::string>* all, const std::vector<std::string>& more) {
  all->insert(all->end(), more.begin(), more.end());
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse(argc, argv);
  if (!options.valid) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const std::string directory = MEMPROF_BENCH_OUTPUT;
  std::filesystem::create_directories(directory);
  const Size size = options.smoke ? Size{1, 1} : Size{};
  const int rounds = options.smoke ? 1 : options.rounds;

  std::vector<Comparison> comparisons = {memprof::bench::AllocationHeavy(size, directory),
                                         memprof::bench::Adverse(size, directory),
                                         memprof::bench::EmptyTests(size, directory)};
  if (options.peers) comparisons.push_back(memprof::bench::Peers(size, directory));

  std::vector<std::string> exceeded;
  std::vector<std::string> not_run;
  for (const Comparison& comparison : comparisons) {
    Rounds measured(comparison, directory);
    measured.Add(rounds);
    fmt::print("{}\n", measured.Markdown());
    std::fflush(stdout);
    Append(&exceeded, measured.Exceeded());
    Append(&not_run, measured.NotRun());
  }
  const DriverCost driver = memprof::bench::MeasureDriver(size, directory, options.smoke ? 1 : 3);
  fmt::print("{}", Markdown(driver, size));
  Append(&exceeded, Exceeded(driver));
  if (!driver.not_measured.empty()) not_run.push_back("memprof run: " + driver.not_measured);

  for (const std::string& line : not_run) fmt::print(stderr, "{}\n", line);
  if (!not_run.empty()) return 1;
  for (const std::string& line : exceeded) fmt::print(stderr, "{}\n", line);
  return options.check && !exceeded.empty() ? 1 : 0;
}
