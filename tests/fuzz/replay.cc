// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_parser.h"

// Feeds the kept inputs to their parsers, as the fuzzers did that found them:
//
//     memprof_fuzz_replay CORPUS [PARSER…]       all of CORPUS/PARSER/
//
// It ends with 1 where a parser has no inputs or takes too long for one, and aborts where a promise
// does not hold, the input named last.

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// A hundred times what the slowest input takes, so that a loaded machine is not taken for a parser
/// that takes time with the square of its input.
constexpr double kMostSeconds = 10;

std::vector<fs::path> FilesOf(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool Replay(const FuzzTarget& target, const fs::path& corpus) {
  const std::vector<fs::path> files = FilesOf(corpus / target.parser);
  if (files.empty()) {
    std::fprintf(stderr, "%s: there are no inputs\n", (corpus / target.parser).c_str());
    return false;
  }
  bool in_time = true;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    const auto begin = std::chrono::steady_clock::now();
    target.read(std::string_view(bytes.data(), bytes.size()));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (taken.count() <= kMostSeconds) continue;
    std::fprintf(stderr, "%s: takes %.1f s\n", file.c_str(), taken.count());
    in_time = false;
  }
  return in_time;
}

}  // namespace
}  // namespace memprof

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS [PARSER…]\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> names(argv + 2, argv + argc);
  bool well = true;
  std::size_t replayed = 0;
  for (const memprof::FuzzTarget& target : memprof::FuzzTargets()) {
    if (!names.empty() && std::find(names.begin(), names.end(), target.parser) == names.end()) {
      continue;
    }
    ++replayed;
    well = memprof::Replay(target, argv[1]) && well;
  }
  const bool all = names.empty() ? replayed > 0 : replayed == names.size();
  if (!all) std::fprintf(stderr, "there is no parser of that name\n");
  return well && all ? 0 : 1;
}
