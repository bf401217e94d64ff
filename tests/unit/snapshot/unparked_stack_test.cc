// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/unit/snapshot/taken_snapshot.h"

namespace memprof {
namespace {

/// To the calling thread alone, and to what it starts: the tracer.
void RefusePtrace() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {4, filter};
  ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  ASSERT_EQ(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), 0);
}

TEST(UnparkedStack, IsThatOfItsThreadAndNoMapping) {
  std::atomic<uintptr_t> hidden{0};
  std::atomic<pid_t> holder{0};
  std::atomic<bool> may_end{false};
  std::thread holding([&] {
    void* volatile held = malloc(100);
    hidden = Hide(held);
    holder = static_cast<pid_t>(syscall(SYS_gettid));
    while (!may_end) usleep(1000);
    free(held);
  });
  while (holder == 0) usleep(1000);
  std::thread([&] {
    RefusePtrace();
    const TakenSnapshot taken;
    ASSERT_EQ(taken.heap.threads.size(), 3u);
    const auto roots = taken.RootsOf(hidden);
    EXPECT_FALSE(roots.empty());
    for (const record::RootWord& root : roots) {
      ASSERT_EQ(root.kind, record::kRootStack);
      const SnapshotThread& thread = taken.heap.threads.at(root.thread);
      EXPECT_EQ(thread.tid, static_cast<uint32_t>(holder));
      EXPECT_EQ(thread.state, record::kThreadUnparked);
      EXPECT_LT(thread.stack_begin, root.address);
      EXPECT_GT(thread.stack_end, root.address);
    }
  }).join();
  may_end = true;
  holding.join();
}

}  // namespace
}  // namespace memprof
