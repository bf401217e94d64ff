// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

#include "gtest_plugin/service/checkpoint_times.h"
#include "gtest_plugin/service/service_socket.h"
#include "gtest_plugin/tracker/table_locks.h"

namespace memprof {
namespace {

constexpr int64_t kSecond = 1000000000;

TEST(ServiceSocket, ADirectoryIsSafeWhereItIsTheUsersAndNobodyElseGetsIn) {
  const struct {
    mode_t mode;
    uid_t user;
    const char* why;  // null: it is safe
  } rows[] = {
      {S_IFDIR | 0700, 7, nullptr},
      {S_IFDIR | 0500, 7, nullptr},
      {S_IFDIR | 0710, 7, "others may open it (chmod 700 it)"},
      {S_IFDIR | 0701, 7, "others may open it (chmod 700 it)"},
      {S_IFDIR | 0700, 8, "it belongs to another user"},
      {S_IFDIR | 0700, 0, "it belongs to another user"},
      {S_IFLNK | 0777, 7, "it is a symbolic link, which may lead elsewhere later"},
      {S_IFREG | 0600, 7, "it is no directory"},
  };
  for (const auto& row : rows) {
    struct stat status = {};
    status.st_mode = row.mode;
    status.st_uid = row.user;
    EXPECT_STREQ(WhyNotSafe(status, 7), row.why) << std::oct << row.mode << " of " << row.user;
  }
}

TEST(ServiceSocket, TheOwnerAndRootMayAskAndNobodyElse) {
  EXPECT_TRUE(MayAsk(1000, 1000));
  EXPECT_TRUE(MayAsk(0, 1000));
  EXPECT_FALSE(MayAsk(1001, 1000));
  EXPECT_FALSE(MayAsk(65534, 0));
}

TEST(ServiceSocket, ARequestMustBeWholeKnownAndHaveItsFiles) {
  const record::ServiceRequest state = {record::kServiceMagic, record::kServiceVersion,
                                        record::kAskState, 0, 0};
  record::ServiceRequest snapshot = state;
  snapshot.command = record::kAskSnapshot;
  record::ServiceRequest with_heap = snapshot;
  with_heap.flags = record::kWithHeap;
  record::ServiceRequest unknown_flag = snapshot;
  unknown_flag.flags = 2;
  record::ServiceRequest unknown_command = state;
  unknown_command.command = 9;
  record::ServiceRequest other_version = state;
  other_version.version = 2;
  const struct {
    ReceivedRequest received;
    bool is_understood;
  } rows[] = {
      {{state, {-1, -1}, 16, false}, true},
      {{snapshot, {5, -1}, 16, false}, true},
      {{with_heap, {5, 6}, 16, false}, true},
      {{state, {-1, -1}, 15, false}, false},
      {{state, {-1, -1}, 17, false}, false},
      {{snapshot, {-1, -1}, 16, false}, false},
      {{snapshot, {5, 6}, 16, false}, false},
      {{with_heap, {5, -1}, 16, false}, false},
      {{with_heap, {5, 6}, 16, true}, false},
      {{unknown_flag, {5, -1}, 16, false}, false},
      {{unknown_command, {-1, -1}, 16, false}, false},
      {{other_version, {-1, -1}, 16, false}, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(WhyNotUnderstood(row.received) == nullptr, row.is_understood) << &row - rows;
  }
}

/// A new directory that is the user's alone, gone at the end.
struct OwnDirectory {
  OwnDirectory() { EXPECT_NE(mkdtemp(path), nullptr); }
  ~OwnDirectory() {
    unlink(File().c_str());
    rmdir(path);
  }
  std::string File() const { return std::string(path) + "/77" + record::kServiceSuffix; }

  char path[64] = "/tmp/memprof_service_XXXXXX";
};

/// Listens at `path`; the socket's file stays when the descriptor is closed.
int ListenAt(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(fd, 1), 0);
  return fd;
}

TEST(ServiceSocket, TheFileOfADeadProcessOfTheSameNumberIsReplaced) {
  const OwnDirectory directory;
  close(ListenAt(directory.File()));
  ServiceSocket socket;
  EXPECT_STREQ(socket.Listen(directory.path, 77), nullptr);
  EXPECT_TRUE(socket.is_listening());
  struct stat status = {};
  ASSERT_EQ(stat(directory.File().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  socket.Remove();
  EXPECT_NE(access(directory.File().c_str(), F_OK), 0);
}

TEST(ServiceSocket, TheFileOfALiveProcessOfTheSameNumberStays) {
  const OwnDirectory directory;
  const int other = ListenAt(directory.File());
  ServiceSocket socket;
  EXPECT_STREQ(socket.Listen(directory.path, 77),
               "a process of the same number in another container answers there");
  EXPECT_FALSE(socket.is_listening());
  socket.Remove();
  EXPECT_EQ(access(directory.File().c_str(), F_OK), 0);
  close(other);
}

TEST(CheckpointTimes, TheyDoubleToAMinuteAndNeverTakeMoreThanAHundredth) {
  CheckpointTimes times;
  EXPECT_EQ(times.first_ns(), kSecond);
  EXPECT_EQ(times.NextAfter(0), 2 * kSecond);
  EXPECT_EQ(times.NextAfter(0), 4 * kSecond);
  for (int i = 0; i < 10; ++i) times.NextAfter(0);
  EXPECT_EQ(times.NextAfter(0), 64 * kSecond);
  EXPECT_EQ(times.NextAfter(2 * kSecond), 200 * kSecond);
}

TEST(TableLocks, AllAreTakenOrNone) {
  TableLocks locks;
  SpinLock first;
  SpinLock second;
  locks.Enter(&first);
  locks.Enter(&second);
  ASSERT_TRUE(second.TryTake());
  EXPECT_FALSE(locks.TakeAll(1));
  EXPECT_TRUE(first.TryTake());
  first.Reset();
  second.Reset();
  EXPECT_TRUE(locks.TakeAll(0));
  EXPECT_FALSE(first.TryTake());
  locks.GiveAllBack();
  EXPECT_TRUE(first.TryTake());
}

}  // namespace
}  // namespace memprof
