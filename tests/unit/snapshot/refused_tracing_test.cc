// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/unit/snapshot/copied_world.h"

namespace memprof {
namespace {

struct Outcome {
  uint32_t threads;
  uint32_t parked;
  uint32_t seen;
  uint32_t unparked;
  bool has_child;
  char why[256];
};

// Copies a process of two threads after `before`, in a process of its own: what is refused there
// stays refused.
void CopyElsewhere(const std::function<void()>& before, Outcome* outcome) {
  const pid_t process = fork();
  ASSERT_GE(process, 0);
  if (process == 0) {
    Crew crew(1, [&](int, Crew::Stop& stop) {
      while (!stop) usleep(1000);
    });
    before();
    auto look = [&](const StoppedWorld& world) {
      outcome->seen = world.count;
      for (uint32_t i = 0; i < world.count; ++i) {
        outcome->unparked += world.threads[i].state == record::kThreadUnparked;
      }
      return 0;
    };
    const StopResult result = CopyWith(look);
    outcome->threads = result.threads;
    outcome->parked = result.parked;
    outcome->has_child = result.child > 0 && ReapSnapshotChild(result.child, 20000);
    if (result.why_not != nullptr) {
      snprintf(outcome->why, sizeof(outcome->why), "%s", result.why_not);
    }
    crew.StopAndJoin();
    _exit(0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(process, &status, 0), process);
  EXPECT_EQ(status, 0);
}

void RefuseSystemCall(int number, uint32_t error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {4, filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Of all threads of the process.
  syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}

TEST(RefusedTracing, TheThreadsRunOnAndTheReasonIsTold) {
  struct {
    const char* name;
    std::function<void()> before;
    const char* why;
  } const rows[] = {
      {"seccomp", [] { RefuseSystemCall(SYS_ptrace, EPERM); }, "ptrace is not permitted here"},
      {"no such call", [] { RefuseSystemCall(SYS_ptrace, ENOSYS); }, "the kernel has no ptrace"},
      {"not dumpable",
       [] {
         // Who may trace anything may trace this too.
         if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) _exit(2);
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
       },
       "ptrace is not permitted here"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Shared<Outcome> outcome;
    CopyElsewhere(row.before, &*outcome);
    EXPECT_TRUE(outcome->has_child);
    EXPECT_EQ(outcome->threads, 2u);
    EXPECT_EQ(outcome->parked, 1u);
    EXPECT_EQ(outcome->seen, 2u);
    EXPECT_EQ(outcome->unparked, 1u);
    EXPECT_EQ(std::string(outcome->why).find(row.why), 0u) << outcome->why;
  }
}

TEST(RefusedTracing, AThreadThatADebuggerHoldsIsNotParked) {
  Shared<Outcome> outcome;
  Shared<std::atomic<int>> traced;
  CopyElsewhere(
      [&] {
        if (fork() == 0) {
          const pid_t process = getppid();
          prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
          const std::string tasks = "/proc/" + std::to_string(process) + "/task";
          // The second thread has the next number, where nobody else starts one in between.
          for (pid_t tid = process + 1; tid < process + 64 && *traced == 0; ++tid) {
            if (access((tasks + "/" + std::to_string(tid)).c_str(), F_OK) != 0) continue;
            *traced = ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) == 0 ? 1 : -1;
          }
          for (;;) pause();
        }
        while (*traced == 0) usleep(1000);
      },
      &*outcome);
  ASSERT_EQ(*traced, 1);
  EXPECT_TRUE(outcome->has_child);
  EXPECT_EQ(outcome->parked, 1u);
  EXPECT_EQ(std::string(outcome->why).find("a debugger or another tracer"), 0u) << outcome->why;
}

TEST(RefusedTracing, WhereNoProcessCanBeMadeThereIsNoCopy) {
  Shared<Outcome> outcome;
  CopyElsewhere([] { RefuseSystemCall(SYS_clone, EAGAIN); }, &*outcome);
  EXPECT_FALSE(outcome->has_child);
  EXPECT_NE(std::string(outcome->why).find("no process"), std::string::npos) << outcome->why;
}

TEST(RefusedTracing, AThreadThatCannotStopIsToldAndHoldsNobodyLong) {
  Shared<Outcome> outcome;
  CopyElsewhere(
      [] {
        std::thread([] {
          if (vfork() == 0) {
            usleep(300000);
            _exit(0);
          }
        }).detach();
        usleep(50000);
      },
      &*outcome);
  EXPECT_TRUE(outcome->has_child);
  EXPECT_EQ(outcome->threads, 3u);
  EXPECT_EQ(outcome->parked, 2u);
  EXPECT_EQ(std::string(outcome->why).find("a thread did not stop in time"), 0u) << outcome->why;
}

}  // namespace
}  // namespace memprof
