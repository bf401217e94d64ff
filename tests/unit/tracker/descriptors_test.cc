// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace memprof {
namespace {

struct Change {
  std::string target;
  int delta;
  bool operator==(const Change&) const = default;
};

/// What `body` changes in the multiset of identities.
template <class Body>
std::vector<Change> ChangesBy(Body body) {
  const auto before = std::make_unique<DescriptorSet>();
  const auto after = std::make_unique<DescriptorSet>();
  EXPECT_TRUE(before->Read());
  body();
  EXPECT_TRUE(after->Read());
  std::vector<Change> changes;
  int sum = 0;
  ForEachChange(*before, *after, [&](const DescriptorIdentity& identity, std::int32_t delta) {
    changes.push_back({identity.target, delta});
    sum += delta;
  });
  EXPECT_EQ(after->total() - before->total(), sum);
  return changes;
}

using Changes = std::vector<Change>;

TEST(Descriptors, TwoOpensOfOneFileAreOneIdentity) {
  int first = -1, second = -1;
  EXPECT_EQ(ChangesBy([&] {
              first = open("/dev/zero", O_RDONLY);
              second = open("/dev/zero", O_WRONLY);
            }),
            (Changes{{"/dev/zero", 2}}));
  EXPECT_EQ(ChangesBy([&] { close(first); }), (Changes{{"/dev/zero", -1}}));
  EXPECT_EQ(ChangesBy([&] { close(second); }), (Changes{{"/dev/zero", -1}}));
}

TEST(Descriptors, SocketsAndPipesAreEachOneIdentity) {
  int sockets[2], more_sockets[2], pipes[2];
  EXPECT_EQ(ChangesBy([&] {
              ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
              ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, more_sockets), 0);
            }),
            (Changes{{"socket", 4}}));
  EXPECT_EQ(ChangesBy([&] { ASSERT_EQ(pipe(pipes), 0); }), (Changes{{"pipe", 2}}));
  for (const int* pair : {sockets, more_sockets, pipes}) {
    close(pair[0]);
    close(pair[1]);
  }
}

TEST(Descriptors, EpollsShareAnIdentityAndEventsHaveAnother) {
  int fds[3];
  const Changes changes = ChangesBy([&] {
    fds[0] = epoll_create1(0);
    fds[1] = epoll_create1(0);
    fds[2] = eventfd(0, 0);
  });
  ASSERT_EQ(changes.size(), 2u);
  for (const Change& change : changes) {
    EXPECT_EQ(change.delta, change.target == "anon_inode:[eventpoll]" ? 2 : 1) << change.target;
  }
  for (const int fd : fds) close(fd);
}

TEST(Descriptors, ADuplicateOverAnotherTradesIdentities) {
  const int zero = open("/dev/zero", O_RDONLY);
  const int null = open("/dev/null", O_RDONLY);
  Changes changes = ChangesBy([&] { EXPECT_EQ(dup2(zero, null), null); });
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.target < b.target; });
  EXPECT_EQ(changes, (Changes{{"/dev/null", -1}, {"/dev/zero", 1}}));
  close(zero);
  close(null);
}

TEST(Descriptors, OfALongPathTheEndIsShown) {
  const std::string name(200, 'n');
  int fd = -1;
  const Changes changes = ChangesBy([&] { fd = memfd_create(name.c_str(), 0); });
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].target, name.substr(0, 99 - 10) + " (deleted)");
  close(fd);
}

TEST(Descriptors, BeyondTheTableTheyAreCounted) {
  constexpr int kMore = 100;
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit before = limit;
  limit.rlim_cur = DescriptorSet::kCapacity + kMore + 64;
  if (limit.rlim_cur > limit.rlim_max) GTEST_SKIP() << "no more than " << limit.rlim_max;
  if (before.rlim_cur < limit.rlim_cur) {
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  const auto set = std::make_unique<DescriptorSet>();
  ASSERT_TRUE(set->Read());
  const int total_before = set->total();
  const int room = DescriptorSet::kCapacity - set->size();
  std::vector<int> fds;
  for (int i = 0; i < room + kMore; ++i) fds.push_back(memfd_create("one of many", 0));
  ASSERT_GE(fds.back(), 0) << strerror(errno);
  EXPECT_TRUE(set->Read());
  EXPECT_EQ(set->size(), DescriptorSet::kCapacity);
  EXPECT_EQ(set->not_looked_at(), kMore);
  EXPECT_EQ(set->total(), total_before + room + kMore);
  for (const int fd : fds) close(fd);
  EXPECT_TRUE(set->Read());
  EXPECT_EQ(set->total(), total_before);
  EXPECT_EQ(set->not_looked_at(), 0);
}

TEST(Descriptors, ACopyIsTheSameSet) {
  const auto set = std::make_unique<DescriptorSet>();
  const auto copy = std::make_unique<DescriptorSet>();
  ASSERT_TRUE(set->Read());
  copy->CopyFrom(*set);
  EXPECT_EQ(copy->total(), set->total());
  ForEachChange(*set, *copy, [](const DescriptorIdentity& identity, std::int32_t) {
    ADD_FAILURE() << identity.target;
  });
}

TEST(Descriptors, WhatNoHookSeesTakesTheLowestFreeNumber) {
  const auto set = std::make_unique<DescriptorSet>();
  ASSERT_TRUE(set->Read());
  errno = 0;
  EXPECT_TRUE(set->IsLowestStillFree());
  EXPECT_EQ(errno, 0);
  const std::uint64_t calls = DescriptorCalls();
  const int fd = static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY));
  EXPECT_EQ(DescriptorCalls(), calls);
  EXPECT_FALSE(set->IsLowestStillFree());
  ASSERT_TRUE(set->Read());
  EXPECT_TRUE(set->IsLowestStillFree());
  close(fd);
}

struct NoticedCase {
  const char* name;
  void (*call)();
};

class Noticed : public testing::TestWithParam<NoticedCase> {};

TEST_P(Noticed, OpensAndClosesAreBothNoticed) {
  const std::uint64_t before = DescriptorCalls();
  EXPECT_EQ(ChangesBy(GetParam().call), Changes{});
  EXPECT_GE(DescriptorCalls() - before, 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Call, Noticed,
    testing::Values(NoticedCase{"open", [] { close(open("/dev/null", O_RDONLY)); }},
                    NoticedCase{"openat", [] { close(openat(AT_FDCWD, "/dev/null", O_RDONLY)); }},
                    NoticedCase{"dup", [] { close(dup(STDERR_FILENO)); }},
                    NoticedCase{"fcntl", [] { close(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)); }},
                    NoticedCase{"close_range",
                                [] {
                                  const int fd = open("/dev/null", O_RDONLY);
                                  EXPECT_EQ(close_range(static_cast<unsigned>(fd),
                                                        static_cast<unsigned>(fd), 0),
                                            0);
                                }},
                    NoticedCase{"fopen", [] { fclose(fopen("/dev/null", "r")); }},
                    NoticedCase{"tmpfile", [] { fclose(tmpfile()); }},
                    NoticedCase{"popen", [] { EXPECT_EQ(pclose(popen("exit 3", "r")) >> 8, 3); }},
                    NoticedCase{"opendir", [] { closedir(opendir("/")); }},
                    NoticedCase{"memfd", [] { close(memfd_create("m", 0)); }},
                    NoticedCase{"mkstemp",
                                [] {
                                  char path[] = "/tmp/memprof-descriptors.XXXXXX";
                                  close(mkstemp(path));
                                  unlink(path);
                                }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Descriptors, AFailedCallKeepsItsErrno) {
  errno = 0;
  EXPECT_EQ(open("/nowhere/file", O_RDONLY), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(close(-1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(fopen("/nowhere/file", "r"), nullptr);
  EXPECT_EQ(errno, ENOENT);
}

TEST(Descriptors, FcntlPassesWordsAndPointers) {
  int pair[2];
  ASSERT_EQ(pipe2(pair, O_NONBLOCK), 0);
  EXPECT_EQ(fcntl(pair[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  EXPECT_EQ(fcntl(pair[0], F_SETFL, 0), 0);
  EXPECT_EQ(fcntl(pair[0], F_GETFL) & O_NONBLOCK, 0);
  FILE* file = tmpfile();
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = off_t{1} << 40;
  EXPECT_EQ(fcntl(fileno(file), F_SETLK, &lock), 0) << strerror(errno);
  EXPECT_EQ(fcntl(fileno(file), F_GETLK, &lock), 0);
  fclose(file);
  close(pair[0]);
  close(pair[1]);
}

TEST(Descriptors, OpenMakesAFileWithItsMode) {
  const std::string path = "/tmp/memprof-mode-" + std::to_string(getpid());
  const int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  ASSERT_GE(fd, 0);
  struct stat status;
  ASSERT_EQ(fstat(fd, &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  close(fd);
  unlink(path.c_str());
}

/// Sends one byte, with a descriptor or without, and receives it.
void Exchange(int* sockets, int sent, int* received) {
  char byte = 'x';
  iovec part = {&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (sent >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &sent, sizeof(sent));
  }
  ASSERT_EQ(sendmsg(sockets[0], &message, 0), 1);
  control.fill(0);
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ASSERT_EQ(recvmsg(sockets[1], &message, 0), 1);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr) std::memcpy(received, CMSG_DATA(header), sizeof(*received));
}

TEST(Descriptors, AMessageIsNoticedWhereItBringsADescriptor) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  int received = -1;
  const std::uint64_t before = DescriptorCalls();
  for (int i = 0; i < 100; ++i) Exchange(sockets, -1, &received);
  EXPECT_EQ(DescriptorCalls(), before);
  Exchange(sockets, STDERR_FILENO, &received);
  EXPECT_EQ(DescriptorCalls(), before + 1);
  EXPECT_GE(received, 0);
  close(received);
  close(sockets[0]);
  close(sockets[1]);
}

}  // namespace
}  // namespace memprof
