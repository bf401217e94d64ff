// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One test for each way to open a descriptor, which leaves one more open a run (or two), by the
// call marked `opens`.
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <string>

std::string FreshPath() { return testing::TempDir() + "memprof_" + std::to_string(getpid()); }

TEST(Opens, ByOpen) {
  const int opened = open("/dev/null", O_RDONLY);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByOpenat) {
  const int opened = openat(AT_FDCWD, "/dev/null", O_RDONLY);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByCreat) {
  const std::string path = FreshPath();
  const int opened = creat(path.c_str(), 0600);  // opens
  EXPECT_GE(opened, 0);
  unlink(path.c_str());
}

TEST(Opens, ByFopen) {
  FILE* volatile opened = fopen("/dev/null", "r");  // opens
  EXPECT_NE(opened, nullptr);
}

TEST(Opens, ByOpendir) {
  DIR* volatile opened = opendir("/proc/self");  // opens
  EXPECT_NE(opened, nullptr);
}

TEST(Opens, ByPopen) {
  FILE* volatile opened = popen("true", "r");  // opens
  EXPECT_NE(opened, nullptr);
}

TEST(Opens, BySocket) {
  const int opened = socket(AF_UNIX, SOCK_STREAM, 0);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByAccept) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const socklen_t any_name = sizeof(address.sun_family);  // the kernel chooses an abstract one
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(server, reinterpret_cast<sockaddr*>(&address), any_name), 0);
  ASSERT_EQ(listen(server, 1), 0);
  socklen_t length = sizeof(address);
  ASSERT_EQ(getsockname(server, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const int client = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), length), 0);
  const int opened = accept(server, nullptr, nullptr);  // opens
  EXPECT_GE(opened, 0);
  close(client);
  close(server);
}

TEST(Opens, ByPipe) {
  int ends[2];
  const int status = pipe(ends);  // opens
  EXPECT_EQ(status, 0);
}

TEST(Opens, BySocketpair) {
  int ends[2];
  const int status = socketpair(AF_UNIX, SOCK_STREAM, 0, ends);  // opens
  EXPECT_EQ(status, 0);
}

TEST(Opens, ByDup) {
  const int opened = dup(STDERR_FILENO);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByFcntl) {
  const int opened = fcntl(STDERR_FILENO, F_DUPFD, 10);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByEpoll) {
  const int opened = epoll_create1(EPOLL_CLOEXEC);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByEventfd) {
  const int opened = eventfd(0, 0);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByTimerfd) {
  const int opened = timerfd_create(CLOCK_MONOTONIC, 0);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, BySignalfd) {
  sigset_t none;
  sigemptyset(&none);
  const int opened = signalfd(-1, &none, 0);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByInotify) {
  const int opened = inotify_init1(0);  // opens
  if (opened < 0) GTEST_SKIP() << "no more inotify instances for this user";
}

TEST(Opens, ByMemfd) {
  const int opened = memfd_create("kept", 0);  // opens
  EXPECT_GE(opened, 0);
}

TEST(Opens, ByAMessage) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
  char byte = 'x';
  iovec part = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  *reinterpret_cast<int*>(CMSG_DATA(header)) = STDERR_FILENO;
  ASSERT_EQ(sendmsg(ends[0], &message, 0), 1);
  const ssize_t got = recvmsg(ends[1], &message, 0);  // opens
  EXPECT_EQ(got, 1);
  close(ends[0]);
  close(ends[1]);
}

TEST(Opens, ByAStream) {
  auto* volatile opened = new std::ifstream("/dev/null");  // opens
  EXPECT_TRUE(opened->good());
}

TEST(Opens, ByMkstemp) {
  std::string path = FreshPath() + "XXXXXX";
  const int opened = mkstemp(path.data());  // opens
  EXPECT_GE(opened, 0);
  unlink(path.c_str());
}

TEST(Opens, ByASystemCall) {
  const long opened = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);  // opens
  EXPECT_GE(opened, 0);
}
