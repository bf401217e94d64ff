// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_OWN_THREAD_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_OWN_THREAD_H_

#include <sys/types.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// The kernel's number of the thread that the tracker has in this process: see service/. 0 where it
/// has none, as in all runs of tests without a service. It is no thread of the program's: not
/// counted, not parked by a snapshot that another thread takes.
inline pid_t g_own_thread = 0;

inline pid_t OwnThread() noexcept { return __atomic_load_n(&g_own_thread, __ATOMIC_ACQUIRE); }

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_OWN_THREAD_H_
