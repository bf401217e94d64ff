// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/threads.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/own_thread.h"

namespace memprof {
namespace {

uint64_t g_calls = 0;

void OnThreadExit() { __atomic_add_fetch(&g_calls, 1, __ATOMIC_RELEASE); }

__attribute__((constructor)) void WatchExits() { SetThreadExitCallback(&OnThreadExit); }

}  // namespace

int CountThreads() noexcept {
  // A directory's link count is 2 and one for each directory in it: one a thread here.
  struct stat status;
  if (stat("/proc/self/task", &status) != 0 || status.st_nlink < 3) return -1;
  return static_cast<int>(status.st_nlink) - 2 - (OwnThread() != 0 ? 1 : 0);
}

uint64_t ThreadCalls() noexcept { return __atomic_load_n(&g_calls, __ATOMIC_ACQUIRE); }

int WaitForThreads(int allowed, int64_t limit_ns) noexcept {
  int64_t pause = 1000;
  int64_t waited = 0;
  int count = CountThreads();
  while (count > allowed && waited < limit_ns) {
    const timespec span = {pause / 1000000000, pause % 1000000000};
    syscall(SYS_nanosleep, &span, nullptr);
    waited += pause;
    if (pause < 100000000) pause *= 2;
    count = CountThreads();
  }
  return count;
}

void OnThreadCreate() noexcept { __atomic_add_fetch(&g_calls, 1, __ATOMIC_RELEASE); }

}  // namespace memprof
