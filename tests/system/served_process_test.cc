// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Running processes that are asked for a snapshot: the plugin's half alone, by its variables and
// its socket.
#include "tests/system/served_process.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "gtest_plugin/record/service_format.h"
#include "runner/execute/files.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

TEST(Service, AProcessUnderLoadTellsWhatIsAliveAndGoesOn) {
  Served served("load", {"20000", "100", "3", "close"});
  // Its own descriptors alone are seen, after it has closed all others: the service has its own.
  EXPECT_EQ(served.ready(), "ready 3");
  const auto state = Ask(served.socket(), Request(record::kAskState));
  ASSERT_TRUE(state.has_value()) << served.errors();
  EXPECT_EQ(state->status, record::kServiceDone);
  EXPECT_GE(state->blocks, 20000u);
  for (int i = 0; i < 3; ++i) {
    const Snapshot taken = TakeSnapshot(served.socket(), true);
    EXPECT_EQ(taken.reply.pid, static_cast<std::uint32_t>(served.pid()));
    EXPECT_EQ(taken.reply.threads, 4u);  // ours is none of them
    EXPECT_EQ(taken.reply.parked, 4u);
    EXPECT_GE(taken.reply.blocks, 20000u);
    EXPECT_LT(taken.reply.blocks, 21000u);
    const RecordFile& record = taken.record;
    EXPECT_EQ(LiveBlocks(record), taken.reply.blocks);
    ASSERT_TRUE(record.ending.has_value());
    EXPECT_EQ(record.ending->kind, static_cast<std::uint32_t>(record::kStillRuns));
    ASSERT_EQ(record.iterations.size(), 1u);
    EXPECT_EQ(record.iterations[0].totals.threads, 4);
    EXPECT_EQ(record.iterations[0].totals.descriptors, 3);
    ASSERT_TRUE(record.trace.has_value());
    EXPECT_GT(record.trace->modules.size(), 2u);
    EXPECT_FALSE(record.trace->sites.empty());
    ASSERT_EQ(record.trace->snapshots.size(), 1u);
    EXPECT_GT(record.trace->snapshots[0].what.paused_ns, 0u);
    const Result<HeapSnapshot> heap =
        ParseHeapSnapshot(taken.heap, record.trace->snapshots[0], *record.trace);
    ASSERT_TRUE(heap.ok());
    EXPECT_EQ(heap->why_partial, "");
    EXPECT_EQ(heap->threads.size(), 5u);  // the caller first
    EXPECT_GE(heap->edges.size(), 20000u);
  }
  std::string line;
  EXPECT_EQ(served.End(&line), 0);
  EXPECT_EQ(line.rfind("rounds ", 0), 0u) << line;
  EXPECT_FALSE(std::filesystem::exists(served.socket()));
}

TEST(Service, AHeapOfOneGibibyteIsPausedForLessThanThreeSeconds) {
  Served served("large", {"2097152", "500", "3"});
  const Snapshot taken = TakeSnapshot(served.socket(), false);
  EXPECT_GE(taken.reply.blocks, 2097152u);
  EXPECT_GE(taken.reply.bytes, 1000u << 20);
  EXPECT_LT(taken.reply.paused_ns, 3000000000u);
  std::printf("paused %.1f ms, %.1f ms in all\n", static_cast<double>(taken.reply.paused_ns) / 1e6,
              static_cast<double>(taken.reply.total_ns) / 1e6);
  std::string line;
  EXPECT_EQ(served.End(&line), 0);
}

// The descriptors that the service's thread had at its start are copies of the program's.
TEST(Service, APipeThatTheProgramClosesHasNoWriterLeft) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  Served served("pipe", {"10", "10", "0", "close"}, {}, ends[1]);
  EXPECT_EQ(served.ready(), "ready 3");
  close(ends[1]);
  pollfd poll_end = {ends[0], POLLIN, 0};
  EXPECT_EQ(poll(&poll_end, 1, 10000), 1);
  EXPECT_EQ(poll_end.revents, POLLHUP);
  close(ends[0]);
  EXPECT_TRUE(Ask(served.socket(), Request(record::kAskState)).has_value());
}

TEST(Service, AChildOfForkLeavesTheSocketToItsParent) {
  Served served("fork", {"1000", "10", "1", "fork"});
  ASSERT_EQ(served.ready().rfind("ready", 0), 0u) << served.errors();
  const Snapshot taken = TakeSnapshot(served.socket(), false);
  EXPECT_GE(taken.reply.blocks, 1000u);
  EXPECT_EQ(taken.reply.threads, 2u);
  ASSERT_TRUE(taken.record.ending.has_value());
  EXPECT_EQ(taken.record.ending->forks, 1u);
  std::string line;
  EXPECT_EQ(served.End(&line), 0);
  EXPECT_FALSE(std::filesystem::exists(served.socket()));
}

// libc does not know the service's thread, and changes the user of those that it knows.
TEST(Service, ItsThreadFollowsAProgramThatBecomesAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  Served served("new_user", {"1000", "10", "1", "user"});
  ASSERT_EQ(served.ready().rfind("ready", 0), 0u) << served.errors();
  EXPECT_TRUE(Ask(served.socket(), Request(record::kAskState)).has_value());
  int threads = 0;
  const std::string tasks = "/proc/" + std::to_string(served.pid()) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    const Result<std::string> status = ReadFile(task.path().string() + "/status");
    ASSERT_TRUE(status.ok());
    EXPECT_NE(status.value().find("\nUid:\t65534\t65534\t65534\t65534\n"), std::string::npos)
        << status.value();
    EXPECT_NE(status.value().find("\nGid:\t65534\t65534\t65534\t65534\n"), std::string::npos);
    ++threads;
  }
  EXPECT_EQ(threads, 3);
}

TEST(Service, NobodyElseCanConnect) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  Served served("other_user", {"10", "10", "1"});
  struct stat directory = {};
  struct stat file = {};
  ASSERT_EQ(stat(served.directory().c_str(), &directory), 0) << served.errors();
  ASSERT_EQ(stat(served.socket().c_str(), &file), 0);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  // 0: refused by the modes; 1: let in; 2: connected, and not answered.
  const auto try_as_nobody = [&] {
    const pid_t child = fork();
    if (child == 0) {
      if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(9);
      const int fd = Connect(served.socket());
      if (fd < 0) _exit(0);
      const record::ServiceRequest request = Request(record::kAskState);
      record::ServiceReply reply;
      static_cast<void>(send(fd, &request, sizeof(request), MSG_NOSIGNAL));
      pollfd answer = {fd, POLLIN, 0};
      poll(&answer, 1, 20000);
      _exit(recv(fd, &reply, sizeof(reply), MSG_DONTWAIT) > 0 ? 1 : 2);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_EQ(try_as_nobody(), 0);
  // Were the modes opened by somebody, the kernel's word on who asks still stands. Not only the
  // last two directories: nobody must get there.
  for (std::filesystem::path at = served.directory(); at.has_relative_path();
       at = at.parent_path()) {
    if (access(at.c_str(), X_OK) == 0 && at != served.directory()) continue;
    chmod(at.c_str(), 0755);
  }
  chmod(served.socket().c_str(), 0666);
  EXPECT_NE(try_as_nobody(), 1);
  EXPECT_TRUE(Ask(served.socket(), Request(record::kAskState)).has_value());
}

TEST(Service, ADirectoryThatOthersMayOpenOrALinkIsRefused) {
  for (const bool is_link : {false, true}) {
    const std::string place = FreshDirectory(is_link ? "service_link" : "service_open");
    const std::string directory = place + "/sockets";
    if (is_link) {
      ASSERT_EQ(mkdir((place + "/real").c_str(), 0700), 0);
      ASSERT_EQ(symlink((place + "/real").c_str(), directory.c_str()), 0);
    } else {
      ASSERT_EQ(mkdir(directory.c_str(), 0700), 0);
      ASSERT_EQ(chmod(directory.c_str(), 0755), 0);
    }
    Served served("refused", {"1", "1", "0"}, {{"MEMPROF_SERVICE", directory}});
    EXPECT_NE(served.errors().find("memprof: no service of process"), std::string::npos);
    EXPECT_NE(served.errors().find(is_link ? "symbolic link" : "chmod 700"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(place + (is_link ? "/real" : "/sockets")));
  }
}

TEST(Service, WhatIsNoRequestIsAnsweredWithTheReason) {
  Served served("bad_request", {"10", "10", "0"});
  const int file = memfd_create("full", MFD_CLOEXEC);
  ASSERT_EQ(write(file, "x", 1), 1);
  const struct {
    record::ServiceRequest request;
    std::vector<int> files;
    const char* why;
  } rows[] = {
      {{1, 1, 1, 0, 0}, {}, "no request of memprof's"},
      {{record::kServiceMagic, 7, 1, 0, 0}, {}, "version"},
      {Request(record::kAskSnapshot), {}, "needs a file"},
      {Request(record::kAskSnapshot), {file}, "not empty"},
      {Request(record::kAskSnapshot), {0}, "file"},
      {Request(record::kAskSnapshot), {file, file, file}, "more files"},
  };
  for (const auto& row : rows) {
    const auto reply = Ask(served.socket(), row.request, row.files);
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->status, record::kServiceBadRequest) << row.why;
    EXPECT_NE(std::string(reply->message).find(row.why), std::string::npos) << reply->message;
  }
  close(file);
}

TEST(Service, AProcessWithoutATraceSaysThatItHasNone) {
  Served served("no_trace", {"10", "10", "0"}, {{"MEMPROF_TRACE", "0"}});
  const int file = memfd_create("record", MFD_CLOEXEC);
  const auto reply = Ask(served.socket(), Request(record::kAskSnapshot), {file});
  close(file);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, record::kServiceNotMeasured);
  EXPECT_NE(std::string(reply->message).find("MEMPROF_TRACE=1"), std::string::npos);
}

}  // namespace
}  // namespace memprof
