// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Eight threads that are never idle and nine that are blocked in system calls, through as many
// repetitions as there are. The last one, whose number BUSY_RUNS says, ends them and adds up: a
// heap snapshot at the end of each must have changed nothing.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kBusy = 8;
constexpr int kShortMs = 40;

std::atomic<bool> ending{false};
std::vector<std::thread> threads;

// What the busy threads did, in three ways.
std::mutex guard;
std::uint64_t guarded_sum = 0;
std::atomic<std::uint64_t> atomic_sum{0};
std::uint64_t own_sums[kBusy];
std::atomic<int> corrupt{0};

void BeBusy(int self) {
  std::map<std::uint64_t, std::string> kept;
  std::uint64_t value = static_cast<std::uint64_t>(self);
  for (std::uint64_t i = 0; !ending; ++i) {
    value = value * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t key = value >> 56;
    std::string& text = kept[key];
    if (!text.empty() && text != std::string(text.size(), static_cast<char>('a' + key % 26))) {
      ++corrupt;
    }
    text.assign(1 + (value >> 48) % 200, static_cast<char>('a' + key % 26));
    if (i % 64 == 0) kept.clear();
    void* grown = std::malloc(16);
    std::memset(grown, self, 16);
    grown = std::realloc(grown, 16 + (value >> 40) % 4096);
    if (static_cast<char*>(grown)[15] != self) ++corrupt;
    std::free(grown);
    const std::lock_guard<std::mutex> lock(guard);
    ++guarded_sum;
    ++atomic_sum;
    ++own_sums[self];
  }
}

// A call and how it ended otherwise than it must. Those that wait for long are one call through all
// repetitions.
struct Waiter {
  const char* name;
  std::function<int()> call;  ///< 0, or the error
  int expected;
  bool is_long;
  int calls = 0;
  int wrong = 0;
  int last_wrong = 0;
  int early = 0;
};

int ErrorOf(long result) { return result < 0 ? errno : 0; }

timespec In(int milliseconds) {
  timespec when;
  clock_gettime(CLOCK_REALTIME, &when);
  when.tv_sec += milliseconds / 1000;
  when.tv_nsec += milliseconds % 1000 * 1000000;
  if (when.tv_nsec >= 1000000000) {
    when.tv_nsec -= 1000000000;
    ++when.tv_sec;
  }
  return when;
}

int event = -1;
int long_epoll = -1;
int short_epoll = -1;
int listener = -1;
int impatient_listener = -1;
sem_t long_semaphore;
sem_t short_semaphore;

int Listener() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  listen(fd, 1);
  return fd;
}

constexpr int kLongMs = 300000;

std::vector<Waiter>& Waiters() {
  static std::vector<Waiter> waiters = {
      {"a long epoll_wait",
       [] {
         epoll_event seen;
         return epoll_wait(long_epoll, &seen, 1, kLongMs) == 1 ? 0 : ErrorOf(-1);
       },
       0, true},
      {"a long poll",
       [] {
         pollfd readable = {event, POLLIN, 0};
         return poll(&readable, 1, kLongMs) == 1 ? 0 : ErrorOf(-1);
       },
       0, true},
      {"a long sem_timedwait",
       [] {
         const timespec end = In(kLongMs);
         return ErrorOf(sem_timedwait(&long_semaphore, &end));
       },
       0, true},
      {"a long accept",
       [] {
         const int fd = accept(listener, nullptr, nullptr);
         if (fd >= 0) close(fd);
         return ErrorOf(fd);
       },
       0, true},
      {"epoll_wait",
       [] {
         epoll_event seen;
         return ErrorOf(epoll_wait(short_epoll, &seen, 1, kShortMs));
       },
       0, false},
      {"poll", [] { return ErrorOf(poll(nullptr, 0, kShortMs)); }, 0, false},
      {"nanosleep",
       [] {
         const timespec span = {0, kShortMs * 1000000};
         return ErrorOf(nanosleep(&span, nullptr));
       },
       0, false},
      {"sem_timedwait",
       [] {
         const timespec end = In(kShortMs);
         return ErrorOf(sem_timedwait(&short_semaphore, &end));
       },
       ETIMEDOUT, false},
      {"accept", [] { return ErrorOf(accept(impatient_listener, nullptr, nullptr)); }, EAGAIN,
       false},
  };
  return waiters;
}

void Wait(Waiter* waiter) {
  do {
    const auto begin = Clock::now();
    const int error = waiter->call();
    const auto took = Clock::now() - begin;
    ++waiter->calls;
    if (error != waiter->expected) {
      ++waiter->wrong;
      waiter->last_wrong = error;
    }
    const bool is_early =
        waiter->is_long ? !ending : took < std::chrono::milliseconds(kShortMs - 1);
    waiter->early += is_early ? 1 : 0;
  } while (!ending && !waiter->is_long);
}

void Begin() {
  event = eventfd(0, 0);
  long_epoll = epoll_create1(0);
  short_epoll = epoll_create1(0);
  epoll_event readable = {};
  readable.events = EPOLLIN;
  epoll_ctl(long_epoll, EPOLL_CTL_ADD, event, &readable);
  listener = Listener();
  impatient_listener = Listener();
  const timeval limit = {0, kShortMs * 1000};
  setsockopt(impatient_listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  sem_init(&long_semaphore, 0, 0);
  sem_init(&short_semaphore, 0, 0);
  for (int i = 0; i < kBusy; ++i) threads.emplace_back(BeBusy, i);
  for (Waiter& waiter : Waiters()) threads.emplace_back(Wait, &waiter);
}

void End() {
  ending = true;
  const std::uint64_t one = 1;
  ASSERT_EQ(write(event, &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
  sem_post(&long_semaphore);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  socklen_t length = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  ASSERT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), length), 0);
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  for (const int fd : {client, event, long_epoll, short_epoll, listener, impatient_listener}) {
    close(fd);
  }
}

void ExpectNothingWasNoticed() {
  std::uint64_t sum = 0;
  for (const std::uint64_t own : own_sums) {
    EXPECT_GT(own, 0u);
    sum += own;
  }
  EXPECT_EQ(sum, guarded_sum);
  EXPECT_EQ(sum, atomic_sum);
  EXPECT_EQ(corrupt, 0);
  for (const Waiter& waiter : Waiters()) {
    SCOPED_TRACE(waiter.name);
    EXPECT_GE(waiter.calls, 1);
    EXPECT_EQ(waiter.wrong, 0) << "of " << waiter.calls << ", " << std::strerror(waiter.last_wrong);
    EXPECT_EQ(waiter.early, 0) << "of " << waiter.calls;
  }
}

TEST(Busy, GoesOn) {
  static int runs = 0;
  if (threads.empty()) Begin();
  const char* const last = std::getenv("BUSY_RUNS");
  if (++runs != std::atoi(last != nullptr ? last : "1")) return;
  End();
  ExpectNothingWasNoticed();
}

}  // namespace
