// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Copies that are made while the other threads run on, from within any call of the program's.
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/unit/snapshot/copied_world.h"

namespace memprof {
namespace {

template <class Look>
StopResult CopyRunningWith(Look& look) {
  return CopyRunningWorld([](const StoppedWorld& world,
                             void* argument) { return (*static_cast<Look*>(argument))(world); },
                          &look);
}

TEST(RunningCopy, WhatTheProgramClosesNextIsClosedAtOnce) {
  for (int round = 0; round < 50; ++round) {
    char name[] = "/tmp/running_copy_XXXXXX";
    const int file = mkstemp(name);
    ASSERT_GE(file, 0);
    ASSERT_EQ(flock(file, LOCK_EX), 0);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    auto look = [](const StoppedWorld&) {
      usleep(1000);
      return 0;
    };
    const StopResult result = CopyRunningWith(look);
    ASSERT_GT(result.child, 0) << result.why_not;
    close(ends[1]);
    close(file);
    pollfd reader = {ends[0], POLLIN, 0};
    EXPECT_EQ(poll(&reader, 1, 0), 1) << "the copy has the pipe's other end";
    const int again = open(name, O_RDWR | O_CLOEXEC);
    EXPECT_EQ(flock(again, LOCK_EX | LOCK_NB), 0) << "the copy has the file that was locked";
    close(again);
    close(ends[0]);
    unlink(name);
    EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
  }
}

TEST(RunningCopy, OpensNoDescriptorOfTheProgram) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  auto look = [](const StoppedWorld&) { return open("/dev/null", O_RDONLY) == 3 ? 0 : 1; };
  const StopResult result = CopyRunningWith(look);
  ASSERT_GT(result.child, 0) << result.why_not;
  EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
  EXPECT_EQ(write(ends[1], "x", 1), 1) << "the copy closed what is the program's";
  const int next = dup(0);
  EXPECT_EQ(next, ends[1] + 1) << "the copy opened something in the program";
  close(next);
  close(ends[0]);
  close(ends[1]);
}

volatile std::sig_atomic_t g_children_ended;

TEST(RunningCopy, NoWaitAndNoSignalTellsOfIt) {
  struct sigaction handler = {};
  handler.sa_handler = [](int) { g_children_ended = g_children_ended + 1; };
  for (const int flags : {0, SA_NOCLDWAIT}) {
    struct sigaction before;
    handler.sa_flags = flags;
    sigaction(SIGCHLD, &handler, &before);
    g_children_ended = 0;
    auto look = [](const StoppedWorld&) { return 7; };
    const StopResult result = CopyRunningWith(look);
    ASSERT_GT(result.child, 0) << result.why_not;
    usleep(20000);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
    EXPECT_EQ(g_children_ended, 0);
    EXPECT_NE(kill(result.child, 0), 0) << "it is left as a zombie";
    sigaction(SIGCHLD, &before, nullptr);
  }
}

TEST(RunningCopy, GoesOnWhereItsThreadEnds) {
  Shared<std::atomic<int>> step;
  StopResult result = {};
  std::thread([&] {
    auto look = [&](const StoppedWorld&) {
      for (int i = 0; i < 10000 && *step == 0; ++i) usleep(1000);
      *step = 2;
      return 0;
    };
    result = CopyRunningWith(look);
  }).join();
  ASSERT_GT(result.child, 0) << result.why_not;
  usleep(10000);
  *step = 1;
  EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
  EXPECT_EQ(*step, 2);
}

TEST(RunningCopy, DoesNotHangForEver) {
  struct Found {
    unsigned seconds;
    bool ends_it;
  };
  Shared<Found> found;
  struct sigaction ignored = {};
  struct sigaction before;
  ignored.sa_handler = SIG_IGN;
  sigaction(SIGALRM, &ignored, &before);
  auto look = [&](const StoppedWorld&) {
    struct sigaction now;
    sigset_t blocked;
    sigaction(SIGALRM, nullptr, &now);
    sigprocmask(SIG_BLOCK, nullptr, &blocked);
    found->ends_it = now.sa_handler == SIG_DFL && sigismember(&blocked, SIGALRM) == 0;
    found->seconds = alarm(0);
    return 0;
  };
  const StopResult result = CopyRunningWith(look);
  ASSERT_GT(result.child, 0) << result.why_not;
  EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_TRUE(found->ends_it);
  EXPECT_GT(found->seconds, 30u) << "somebody waits that long for a scan";
  EXPECT_LE(found->seconds, 60u);
}

}  // namespace
}  // namespace memprof
