// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/unit/snapshot/copied_world.h"

// A call that a copy cut short is made again behind the program's back. Signals of the program that
// come meanwhile must end it as often as they would have.
namespace memprof {
namespace {

std::atomic<int> g_handled{0};
void Count(int) { ++g_handled; }

int g_result_in_handler = -2;
void BlockInHandler(int) {
  const int saved = errno;
  epoll_event event;
  const int epoll = epoll_create1(0);
  g_result_in_handler = epoll_wait(epoll, &event, 1, 300);
  close(epoll);
  errno = saved;
  ++g_handled;
}

/// Handles SIGUSR1 for as long as it lives. SA_RESTART must not make calls go on that never do.
class Handled {
 public:
  explicit Handled(void (*handler)(int)) {
    g_handled = 0;
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, &before_);
  }
  ~Handled() { sigaction(SIGUSR1, &before_, nullptr); }
  Handled(const Handled&) = delete;
  Handled& operator=(const Handled&) = delete;

 private:
  struct sigaction before_;
};

TEST(RestartedCalls, EachSignalEndsOneCall) {
  const Handled handled(Count);
  std::atomic<int> interrupted{0};
  std::atomic<int> other{0};
  Crew crew(1, [&](int, Crew::Stop& stop) {
    // It comes within the call alone.
    sigset_t usr1;
    sigset_t none;
    sigemptyset(&usr1);
    sigemptyset(&none);
    sigaddset(&usr1, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
    const int epoll = epoll_create1(0);
    while (!stop) {
      epoll_event event;
      const int result = epoll_pwait(epoll, &event, 1, 60000, &none);
      ++(result < 0 && errno == EINTR ? interrupted : other);
    }
    close(epoll);
  });
  usleep(20000);  // it has its mask
  Crew sender(1, [&](int, Crew::Stop& stop) {
    while (!stop) {
      const int before = g_handled;
      pthread_kill(crew[0].native_handle(), SIGUSR1);
      while (g_handled == before) std::this_thread::yield();
      usleep(static_cast<useconds_t>(before % 7 * 50));
    }
  });
  for (int i = 0; i < 200; ++i) CopyAndAwait([](const StoppedWorld&) { return 0; });
  sender.StopAndJoin();
  std::thread stopper([&] {
    usleep(10000);
    pthread_kill(crew[0].native_handle(), SIGUSR1);
  });
  crew.StopAndJoin();
  stopper.join();
  EXPECT_GT(interrupted, 20);
  EXPECT_EQ(interrupted, g_handled);
  EXPECT_EQ(other, 0);
}

TEST(RestartedCalls, OneWithinAHandlerGoesOnTooAndSoDoesTheOneBelow) {
  const Handled handled(BlockInHandler);
  int result = -2;
  Crew crew(1, [&](int, Crew::Stop&) {
    const timespec span = {0, 100000000};
    result = nanosleep(&span, nullptr) == 0 ? 0 : errno;
  });
  usleep(10000);
  pthread_kill(crew[0].native_handle(), SIGUSR1);
  for (int i = 0; i < 50; ++i) {
    CopyAndAwait([](const StoppedWorld&) { return 0; });
    usleep(2000);
  }
  crew.Join();
  EXPECT_EQ(g_handled, 1);
  EXPECT_EQ(g_result_in_handler, 0);
  EXPECT_EQ(result, EINTR) << "as without a copy";
}

}  // namespace
}  // namespace memprof
