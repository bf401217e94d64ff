// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/unit/snapshot/copied_world.h"

// Copies in processes that are short of something, that end too early or that live elsewhere than
// /proc says. Each is a process of its own.
namespace memprof {
namespace {

int StatusOf(const std::function<int()>& work) {
  const pid_t process = fork();
  if (process == 0) _exit(work());
  int status = -1;
  waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

constexpr int kNotAllowed = 77;

struct Outcome {
  StopResult result;
  char why[256];
};

void Keep(const StopResult& result, Outcome* outcome) {
  outcome->result = result;
  if (result.why_not != nullptr) {
    snprintf(outcome->why, sizeof(outcome->why), "%s", result.why_not);
  }
}

TEST(HostileCopy, TheChildEndsWithTheProgram) {
  Shared<std::atomic<pid_t>> child;
  for (const bool is_alone : {true, false}) {
    *child = 0;
    EXPECT_EQ(StatusOf([&] {
                auto look = [&](const StoppedWorld&) {
                  *child = getpid();
                  sleep(60);
                  return 0;
                };
                if (is_alone) {
                  CopyWith(look);
                } else {
                  std::atomic<bool> stop{false};
                  std::thread([&] {
                    while (!stop) usleep(1000);
                  }).detach();
                  CopyWith(look);
                }
                while (*child == 0) usleep(1000);
                return 0;
              }),
              0);
    int waited = 0;
    while (waited < 5000 && kill(*child, 0) == 0) {
      usleep(1000);
      ++waited;
      // As a zombie of this very process, if it is a subreaper.
      waitpid(*child, nullptr, WNOHANG | __WALL);
    }
    EXPECT_LT(waited, 5000) << "it outlives the program";
  }
}

TEST(HostileCopy, AnotherChildOfTheSameNumberIsLeftAlone) {
  const pid_t process = fork();
  if (process == 0) _exit(3);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(ReapSnapshotChild(process, 0));
  int status = -1;
  EXPECT_EQ(waitpid(process, &status, 0), process) << "it was collected";
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

TEST(HostileCopy, AProgramWithoutAFreeDescriptorIsCopiedWhole) {
  Shared<Outcome> outcome;
  EXPECT_EQ(StatusOf([&] {
              Crew crew(2, [](int, Crew::Stop& stop) {
                while (!stop) usleep(1000);
              });
              const rlimit few = {64, 64};
              setrlimit(RLIMIT_NOFILE, &few);
              while (dup(0) >= 0) {
              }
              Keep(CopyAndAwait([](const StoppedWorld&) { return 0; }), &*outcome);
              return 0;
            }),
            0);
  EXPECT_GT(outcome->result.child, 0) << outcome->why;
  EXPECT_EQ(outcome->result.threads, 3u);
  EXPECT_EQ(outcome->result.parked, 3u) << outcome->why;
}

TEST(HostileCopy, TheChildIsNotBoundByLimitsThatAreTheProgramsOwn) {
  Shared<rlim_t> size;
  EXPECT_EQ(StatusOf([&] {
              rlimit limit;
              getrlimit(RLIMIT_FSIZE, &limit);
              limit.rlim_cur = 4096;
              setrlimit(RLIMIT_FSIZE, &limit);
              CopyAndAwait([&](const StoppedWorld&) {
                rlimit now;
                getrlimit(RLIMIT_FSIZE, &now);
                *size = now.rlim_cur;
                return 0;
              });
              getrlimit(RLIMIT_FSIZE, &limit);
              return limit.rlim_cur == 4096 ? 0 : 1;
            }),
            0);
  EXPECT_GT(*size, 4096u);
}

TEST(HostileCopy, WhereMemoryRunsOutTheCopyIsEndedFirst) {
  Shared<int> badness;
  CopyAndAwait([&](const StoppedWorld&) {
    char text[16] = {};
    const int fd = open("/proc/self/oom_score_adj", O_RDONLY);
    if (read(fd, text, sizeof(text) - 1) > 0) *badness = atoi(text);
    return 0;
  });
  EXPECT_EQ(*badness, 1000);
}

TEST(HostileCopy, TheInitOfAnotherNamespaceIsNotMadeByUs) {
  Shared<Outcome> outcome;
  const int status = StatusOf([&] {
    if (unshare(CLONE_NEWPID) != 0) return kNotAllowed;
    auto look = [](const StoppedWorld&) { return 0; };
    Keep(CopyWith(look), &*outcome);
    return StatusOf([] { return StatusOf([] { return 0; }); });
  });
  if (status == kNotAllowed) GTEST_SKIP() << "no PID namespace can be made here";
  EXPECT_EQ(status, 0) << "the program can make no process any more";
  EXPECT_EQ(outcome->result.child, -1);
  EXPECT_EQ(std::string(outcome->why).find("processes that the program starts"), 0u);
}

TEST(HostileCopy, WithTheProcOfAnotherNamespaceThereIsNone) {
  Shared<Outcome> outcome;
  const int status = StatusOf([&] {
    if (unshare(CLONE_NEWPID) != 0) return kNotAllowed;
    return StatusOf([&] {
      Crew crew(1, [](int, Crew::Stop& stop) {
        while (!stop) usleep(1000);
      });
      auto look = [](const StoppedWorld&) { return 0; };
      Keep(CopyWith(look), &*outcome);
      return 0;
    });
  });
  if (status == kNotAllowed) GTEST_SKIP() << "no PID namespace can be made here";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(outcome->result.child, -1);
  EXPECT_EQ(std::string(outcome->why).find("/proc does not list"), 0u) << outcome->why;
}

}  // namespace
}  // namespace memprof
