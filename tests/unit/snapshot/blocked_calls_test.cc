// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "tests/unit/snapshot/copied_world.h"

// A thread that is blocked in a system call while copies are made sees nothing of them: no EINTR,
// and no timeout that ends early. What a thread sees when a signal comes too is in
// copied_signals_test.cc.
namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kMilliseconds = 700;
constexpr timespec kSpan = {0, kMilliseconds * 1000000};

timespec Deadline(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  now.tv_nsec += kSpan.tv_nsec;
  if (now.tv_nsec >= 1000000000) {
    now.tv_nsec -= 1000000000;
    ++now.tv_sec;
  }
  return now;
}

int ErrorOf(long result) { return result < 0 ? errno : 0; }

int SocketWithTimeout() {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in any = {};
  any.sin_family = AF_INET;
  bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof(any));
  const timeval limit = {0, kMilliseconds * 1000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  return fd;
}

int Listener(bool has_timeout) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const timeval limit = {0, kMilliseconds * 1000};
  if (has_timeout) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  listen(fd, 1);
  return fd;
}

int EpollWait() {
  epoll_event event;
  return ErrorOf(epoll_wait(epoll_create1(0), &event, 1, kMilliseconds));
}
int EpollPwait() {
  epoll_event event;
  sigset_t none;
  sigemptyset(&none);
  return ErrorOf(epoll_pwait(epoll_create1(0), &event, 1, kMilliseconds, &none));
}
int Poll() { return ErrorOf(poll(nullptr, 0, kMilliseconds)); }
int Ppoll() { return ErrorOf(ppoll(nullptr, 0, &kSpan, nullptr)); }
int Select() {
  timeval span = {0, kMilliseconds * 1000};
  return ErrorOf(select(0, nullptr, nullptr, nullptr, &span));
}
int Nanosleep() { return ErrorOf(nanosleep(&kSpan, nullptr)); }
int ClockNanosleep() { return clock_nanosleep(CLOCK_MONOTONIC, 0, &kSpan, nullptr); }
int SemTimedwait() {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  const timespec end = Deadline(CLOCK_REALTIME);
  return ErrorOf(sem_timedwait(&semaphore, &end));
}
int RelativeFutex() {
  uint32_t word = 0;
  return ErrorOf(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &kSpan, nullptr, 0));
}
int Recv() {
  char byte;
  return ErrorOf(recv(SocketWithTimeout(), &byte, 1, 0));
}
int ReadFromSocket() {
  char byte;
  return ErrorOf(read(SocketWithTimeout(), &byte, 1));
}
int AcceptWithTimeout() { return ErrorOf(accept(Listener(true), nullptr, nullptr)); }
int Semtimedop() {
  const int set = semget(IPC_PRIVATE, 1, 0600);
  sembuf down = {0, -1, 0};
  const int error = ErrorOf(semtimedop(set, &down, 1, &kSpan));
  semctl(set, 0, IPC_RMID);
  return error;
}
int Sigtimedwait() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  return ErrorOf(sigtimedwait(&wanted, nullptr, &kSpan));
}

TEST(BlockedCalls, ThoseWithATimeoutEndByItAndNotBefore) {
  struct {
    const char* name;
    int (*call)();
    int expected;
    int error;
    int milliseconds;
  } rows[] = {
      {"epoll_wait", EpollWait, 0, -1, 0},
      {"epoll_pwait", EpollPwait, 0, -1, 0},
      {"poll", Poll, 0, -1, 0},
      {"ppoll", Ppoll, 0, -1, 0},
      {"select", Select, 0, -1, 0},
      {"nanosleep", Nanosleep, 0, -1, 0},
      {"clock_nanosleep", ClockNanosleep, 0, -1, 0},
      {"sem_timedwait", SemTimedwait, ETIMEDOUT, -1, 0},
      {"futex", RelativeFutex, ETIMEDOUT, -1, 0},
      {"recv with SO_RCVTIMEO", Recv, EAGAIN, -1, 0},
      {"read with SO_RCVTIMEO", ReadFromSocket, EAGAIN, -1, 0},
      {"accept with SO_RCVTIMEO", AcceptWithTimeout, EAGAIN, -1, 0},
      {"semtimedop", Semtimedop, EAGAIN, -1, 0},
      {"sigtimedwait", Sigtimedwait, EAGAIN, -1, 0},
  };
  constexpr int kRows = sizeof(rows) / sizeof(rows[0]);
  Crew crew(kRows, [&](int i, Crew::Stop&) {
    const auto begin = Clock::now();
    rows[i].error = rows[i].call();
    rows[i].milliseconds = static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
  });
  usleep(20000);
  for (int i = 0; i < 50; ++i) {
    const StopResult result = CopyAndAwait([](const StoppedWorld&) { return 0; });
    EXPECT_EQ(result.parked, result.threads);
    usleep(5000);
  }
  crew.Join();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.error, row.expected) << strerror(row.error);
    EXPECT_GE(row.milliseconds, kMilliseconds - 1);
    EXPECT_LT(row.milliseconds, 10 * kMilliseconds);
  }
}

TEST(BlockedCalls, ThoseWithoutATimeoutEndByWhatTheyWaitFor) {
  const int epoll = epoll_create1(0);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  epoll_event readable = {};
  readable.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &readable);
  const int listener = Listener(false);
  const int set = semget(IPC_PRIVATE, 1, 0600);
  const int queue = msgget(IPC_PRIVATE, 0600);
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  std::atomic<bool> ending{false};

  struct {
    const char* name;
    std::function<long()> call;
    int error = -1;
    bool was_early = false;
  } rows[] = {
      {"epoll_wait",
       [&] {
         epoll_event event;
         return epoll_wait(epoll, &event, 1, -1) == 1 ? 0 : -1;
       }},
      {"read",
       [&] {
         char byte;
         return read(ends[0], &byte, 1) == 1 ? 0 : -1;
       }},
      {"accept", [&] { return accept(listener, nullptr, nullptr); }},
      {"semop",
       [&] {
         sembuf down = {0, -1, 0};
         return semop(set, &down, 1);
       }},
      {"msgrcv",
       [&] {
         long message[2];
         return msgrcv(queue, message, sizeof(long), 0, 0) >= 0 ? 0 : -1;
       }},
      {"sem_wait", [&] { return sem_wait(&semaphore); }},
  };
  constexpr int kRows = sizeof(rows) / sizeof(rows[0]);
  Crew crew(kRows, [&](int i, Crew::Stop&) {
    rows[i].error = ErrorOf(rows[i].call());
    rows[i].was_early = !ending;
  });
  usleep(20000);
  for (int i = 0; i < 50; ++i) {
    CopyAndAwait([](const StoppedWorld&) { return 0; });
    usleep(1000);
  }
  ending = true;
  EXPECT_EQ(write(ends[1], "x", 1), 1);  // epoll_wait and read
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  socklen_t length = sizeof(address);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  connect(client, reinterpret_cast<sockaddr*>(&address), length);
  sembuf up = {0, 1, 0};
  semop(set, &up, 1);
  const long message[2] = {1, 0};
  msgsnd(queue, message, sizeof(long), 0);
  sem_post(&semaphore);
  usleep(20000);
  EXPECT_EQ(write(ends[1], "x", 1), 1);  // for epoll_wait, if read was first
  crew.Join();
  semctl(set, 0, IPC_RMID);
  msgctl(queue, IPC_RMID, nullptr);
  for (const int fd : {epoll, ends[0], ends[1], listener, client}) close(fd);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(row.error, 0) << strerror(row.error);
    EXPECT_FALSE(row.was_early);
  }
}

}  // namespace
}  // namespace memprof
