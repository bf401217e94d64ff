// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_IGNORED_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_IGNORED_H_

#include <stdint.h>

/// What threads allocate within IgnoreScopes, for the sums of a test. A full trace knows those
/// blocks one by one, by kIgnoredWindowId.
namespace memprof {

/// How many IgnoreScopes this thread is in. Whoever changes it calls NoticeBoundary, for the trace
/// looks at it only where a thread's `attention` is set.
extern __attribute__((tls_model("initial-exec"))) __thread uint32_t t_ignores;

struct IgnoredSum {
  int64_t kept_bytes;
  int64_t kept_blocks;
  uint64_t allocations;
};

/// What the calling thread has ignored so far, for scopes that are open meanwhile.
struct IgnoredByThread {
  IgnoredSum sum;
  uint64_t allocated_bytes;
};
IgnoredByThread IgnoredHere() noexcept;

void BeginIgnoring() noexcept;
/// Adds to the test that runs what the thread has allocated and not freed since the outermost
/// begin: never less than nothing, for a scope that only frees what was there leaves no more of it.
void EndIgnoring() noexcept;

/// A test begins on the calling thread: scopes that are open count from here on.
void BeginTestOfIgnored() noexcept;
/// What was ignored since then; of scopes still open, the calling thread's.
IgnoredSum EndTestOfIgnored() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_IGNORED_H_
