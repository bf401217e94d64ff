// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_THREADS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_THREADS_H_

#include <stdint.h>

namespace memprof {

/// The threads of the process but our own, asked of the kernel; -1 where /proc cannot be read.
/// Zombies of threads that were joined a moment ago may still be counted: see WaitForThreads.
int CountThreads() noexcept;

/// Counts creations and exits of threads; compare two readings to know whether to count again.
uint64_t ThreadCalls() noexcept;

/// Waits until at most `allowed` threads are left, for `limit_ns` at most, with a backoff of 1 µs
/// that doubles to 100 ms (goleak's). Returns the count seen last. A thread that was told to end
/// is given the time to do so before anybody calls it kept.
int WaitForThreads(int allowed, int64_t limit_ns) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_THREADS_H_
