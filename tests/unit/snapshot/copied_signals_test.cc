// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/unit/snapshot/copied_world.h"

namespace memprof {
namespace {

std::atomic<int> g_handled{0};
void OnSignal(int) { ++g_handled; }

// For as long as it lives the signal is counted.
class Counted {
 public:
  explicit Counted(int signal) : signal_(signal) {
    g_handled = 0;
    struct sigaction action = {};
    action.sa_handler = OnSignal;
    sigaction(signal, &action, &before_);
  }
  ~Counted() { sigaction(signal_, &before_, nullptr); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int signal_;
  struct sigaction before_;
};

int Nothing(const StoppedWorld&) { return 0; }

TEST(CopiedSignals, NoneIsLostAndNoneComesTwice) {
  // Real-time signals queue up, so that each that is sent is one that is handled.
  const int signal = SIGRTMIN + 1;
  const Counted counted(signal);
  std::atomic<int> sent{0};
  const pthread_t caller = pthread_self();
  {
    Crew crew(4, [&](int self, Crew::Stop& stop) {
      while (!stop) {
        if (self % 2 == 0) usleep(500);
      }
    });
    // Fast, so that some come just when a thread is seized and not yet told to stop.
    Crew senders(1, [&](int, Crew::Stop& stop) {
      while (!stop) {
        if (sent > g_handled + 500) {
          std::this_thread::yield();
          continue;
        }
        for (size_t i = 0; i < 4; ++i) sent += pthread_kill(crew[i].native_handle(), signal) == 0;
        sent += pthread_kill(caller, signal) == 0;
      }
    });
    for (int i = 0; i < 200; ++i) CopyAndAwait(Nothing);
    senders.StopAndJoin();
    for (int i = 0; i < 2000 && g_handled < sent; ++i) usleep(1000);
  }
  EXPECT_GT(sent, 200);
  EXPECT_EQ(g_handled, sent);
}

TEST(CopiedSignals, ASignalOfTheProgramInterruptsAsEver) {
  const Counted counted(SIGUSR1);
  for (int round = 0; round < 20; ++round) {
    int error = -1;
    g_handled = 0;
    std::atomic<bool> is_blocked{false};
    Crew crew(1, [&](int, Crew::Stop&) {
      // The signal comes nowhere but within the call, or it might come just before it.
      sigset_t usr1;
      sigset_t none;
      sigemptyset(&usr1);
      sigemptyset(&none);
      sigaddset(&usr1, SIGUSR1);
      pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
      is_blocked = true;
      epoll_event event;
      const int epoll = epoll_create1(0);
      error = epoll_pwait(epoll, &event, 1, 5000, &none) < 0 ? errno : 0;
      close(epoll);
    });
    while (!is_blocked) usleep(100);
    Crew sender(1, [&](int, Crew::Stop&) {
      usleep(static_cast<useconds_t>(round * 100));
      pthread_kill(crew[0].native_handle(), SIGUSR1);
    });
    for (int i = 0; i < 5; ++i) CopyAndAwait(Nothing);
    sender.Join();
    crew.Join();
    EXPECT_EQ(error, EINTR);
    EXPECT_EQ(g_handled, 1);
  }
}

TEST(CopiedSignals, AnIgnoredSignalInterruptsNothing) {
  // While a thread is traced, even these reach it.
  std::atomic<bool> is_over{false};
  int result = -1;
  Crew crew(1, [&](int, Crew::Stop&) {
    epoll_event event;
    const int epoll = epoll_create1(0);
    result = epoll_wait(epoll, &event, 1, 500);
    close(epoll);
    is_over = true;
  });
  Crew sender(1, [&](int, Crew::Stop& stop) {
    while (!stop) {
      pthread_kill(crew[0].native_handle(), SIGWINCH);
      usleep(20);
    }
  });
  for (int i = 0; i < 100; ++i) CopyAndAwait(Nothing);
  while (!is_over) usleep(1000);
  sender.StopAndJoin();
  crew.Join();
  EXPECT_EQ(result, 0);
}

int SleepALittle(const StoppedWorld&) {
  usleep(100000);
  return 7;
}

TEST(CopiedSignals, TheProgramHearsNothingOfTheChild) {
  const Counted counted(SIGCHLD);
  Crew crew(1, [&](int, Crew::Stop& stop) {
    while (!stop) usleep(1000);
  });
  auto look = SleepALittle;
  const StopResult result = CopyWith(look);
  ASSERT_GT(result.child, 0);
  for (int i = 0; i < 2; ++i) {  // while it runs, and when it has ended
    int status;
    EXPECT_EQ(waitpid(-1, &status, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    usleep(200000);
  }
  EXPECT_TRUE(ReapSnapshotChild(result.child, 0));
  EXPECT_EQ(g_handled, 0);
}

TEST(CopiedSignals, AProgramThatIgnoresSigchldIsCopiedToo) {
  Crew crew(1, [&](int, Crew::Stop& stop) {
    while (!stop) usleep(1000);
  });
  signal(SIGCHLD, SIG_IGN);
  uint64_t shortest = UINT64_MAX;
  for (int i = 0; i < 20; ++i) {
    const StopResult result = CopyAndAwait(Nothing);
    EXPECT_EQ(result.parked, 2u);
    shortest = std::min(shortest, result.paused_ns);
  }
  signal(SIGCHLD, SIG_DFL);
  EXPECT_LT(shortest, 10000000u) << "stops were waited for by the clock";
}

TEST(CopiedSignals, TheChildKeepsNoDescriptorOpen) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  auto look = SleepALittle;
  const StopResult result = CopyWith(look);
  ASSERT_GT(result.child, 0);
  close(ends[1]);
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);  // only when no process can write to it any more
  EXPECT_FALSE(ReapSnapshotChild(result.child, 0)) << "the pipe was open until the child ended";
  close(ends[0]);
  EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
}

}  // namespace
}  // namespace memprof
