// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PARALLEL_H_
#define MEMPROF_RUNNER_EXECUTE_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace memprof {

/// Calls `task(i)` for each i below `count`, at most `jobs` at a time, in order of their start.
template <class Task>
void ForEachInParallel(std::size_t count, int jobs, Task task) {
  const std::size_t threads =
      std::min<std::size_t>(count, static_cast<std::size_t>(std::max(jobs, 1)));
  std::atomic<std::size_t> next = 0;
  auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) task(i);
  };
  std::vector<std::jthread> workers;
  for (std::size_t t = 1; t < threads; ++t) workers.emplace_back(work);
  if (threads > 0) work();
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PARALLEL_H_
