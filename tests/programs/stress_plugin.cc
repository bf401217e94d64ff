// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A plug-in of stress_threads: allocates in its constructor and its functions, frees in its
// destructor. Built several times, each with its own STRESS_PLUGIN, and so of another size.
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

void* block = nullptr;

// Not by a static object: libc keeps what it allocates for the list of those.
__attribute__((constructor)) void Allocate() { block = std::malloc(700 + STRESS_PLUGIN); }
__attribute__((destructor)) void Free() {
  std::free(std::malloc(800 + STRESS_PLUGIN));
  std::free(block);
}

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
