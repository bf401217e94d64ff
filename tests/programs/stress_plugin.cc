// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A plug-in of stress_threads: allocates in its constructor and its functions, frees in its
// destructor. Built several times, each with its own STRESS_PLUGIN, and so of another size.
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

struct Constructed {
  void* block = std::malloc(700 + STRESS_PLUGIN);
  ~Constructed() { std::free(block); }
};
Constructed constructed;

// Moves what comes behind, so that addresses of one plug-in mean other code in the next.
__attribute__((used)) const char padding[STRESS_PLUGIN * 4096 + 1] = {1};

}  // namespace

extern "C" std::size_t StressPluginWork(void* (*keep)(std::size_t), int kept) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 20 + STRESS_PLUGIN; ++i) lines.emplace_back(30 + i, 'p');
  for (int i = 0; i < kept; ++i) {
    if (keep(1000 + STRESS_PLUGIN) == nullptr) std::abort();
  }
  return lines.back().size();
}
