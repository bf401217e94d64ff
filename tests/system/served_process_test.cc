// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Programs that are no tests, measured as a whole, and running ones that are asked for a snapshot:
// the plugin's half alone, by its variables and its socket.
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest_plugin/record/service_format.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

RecordFile ReadRecord(const std::string& path) {
  Result<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok()) << path;
  if (!bytes.ok()) return {};
  Result<RecordFile> record = ParseRecord(bytes.value());
  EXPECT_TRUE(record.ok()) << path;
  if (!record.ok()) return {};
  EXPECT_EQ(record->damage, "");
  return std::move(record).value();
}

std::uint64_t LiveBlocks(const RecordFile& record) {
  return record.trace && !record.trace->states.empty() ? record.trace->states.back().live_blocks
                                                       : 0;
}

struct WholeRun {
  ProcessEnd end;
  std::string path;  ///< of the record
};

WholeRun RunWhole(const std::string& how, Variables more = {}) {
  WholeRun run;
  run.path = FreshDirectory("whole_" + how) + "/a.rec";
  Command command;
  command.arguments = {ProgramPath("whole_program"), how};
  command.output_path = run.path + ".txt";
  command.set_environment = {{"LD_PRELOAD", MEMPROF_TEST_PLUGIN},
                             {"MEMPROF_PROGRAM", "1"},
                             {"MEMPROF_RECORD", run.path},
                             {"MEMPROF_TRACE", "1"},
                             {"MEMPROF_HEAP_SNAPSHOTS", "0"}};
  for (auto& variable : more) command.set_environment.push_back(std::move(variable));
  command.unset_environment = {"MEMPROF", "MEMPROF_SERVICE"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok());
  if (end.ok()) run.end = end.value();
  return run;
}

struct WayToEnd {
  const char* how;
  record::EndingKind kind;
  ProcessEnd::How end;
  int code;
  std::uint32_t forks;
};

class WholeProgram : public ::testing::TestWithParam<WayToEnd> {};

TEST_P(WholeProgram, LeavesAWholeRecordWhateverWayItEnds) {
  const WayToEnd& way = GetParam();
  const WholeRun run = RunWhole(way.how);
  EXPECT_EQ(run.end.how, way.end);
  EXPECT_EQ(run.end.code, way.code);
  const RecordFile record = ReadRecord(run.path);
  ASSERT_TRUE(record.process.has_value());
  EXPECT_EQ(record.process->boundary_source, record::kFromProcess);
  EXPECT_TRUE(record.program_ended);
  ASSERT_TRUE(record.ending.has_value());
  EXPECT_EQ(record.ending->kind, static_cast<std::uint32_t>(way.kind));
  EXPECT_EQ(record.ending->forks, way.forks);
  ASSERT_EQ(record.iterations.size(), 1u);
  EXPECT_TRUE(record.iterations[0].finished);
  EXPECT_GE(record.iterations[0].window.peak_bytes, 8 << 20);
  EXPECT_LT(record.iterations[0].window.peak_bytes, 9 << 20);
  EXPECT_EQ(record.iterations[0].totals.threads, 1);
  // The static vector is still there, but where libc itself ended the process.
  if (way.kind != record::kEndedOtherwise) {
    EXPECT_GE(LiveBlocks(record), 1010u);
  }
  ASSERT_TRUE(record.trace.has_value());
  ASSERT_EQ(record.trace->peaks.size(), 1u);
  EXPECT_EQ(record.trace->peaks[0].test, record::kNoTest);
  const auto is_null_device = [](const RecordedResource& resource) {
    return resource.what.kind == record::kDescriptor && resource.target == "/dev/null";
  };
  EXPECT_TRUE(
      std::any_of(record.trace->resources.begin(), record.trace->resources.end(), is_null_device));
  ASSERT_EQ(record.trace->snapshots.size(), 1u);
  const Result<std::string> heap = ReadFile(run.path + ".heap0");
  ASSERT_TRUE(heap.ok());
  const Result<HeapSnapshot> snapshot =
      ParseHeapSnapshot(heap.value(), record.trace->snapshots[0], *record.trace);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->threads.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, WholeProgram,
    ::testing::Values(
        WayToEnd{"return", record::kMainReturned, ProcessEnd::How::kExited, 0, 0},
        WayToEnd{"exit", record::kCalledExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"quick_exit", record::kCalledQuickExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"_exit", record::kCalledUnderscoreExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"abort", record::kCalledAbort, ProcessEnd::How::kSignalled, SIGABRT, 0},
        WayToEnd{"fork", record::kMainReturned, ProcessEnd::How::kExited, 0, 1},
        WayToEnd{"daemon", record::kCalledDaemon, ProcessEnd::How::kExited, 0, 0},
        WayToEnd{"pthread_exit", record::kEndedOtherwise, ProcessEnd::How::kExited, 0, 0}),
    [](const auto& row) { return std::string(row.param.how); });

TEST(WholeProgramEnd, OneThatIsKilledLeavesACheckpoint) {
  const WholeRun run = RunWhole("kill");
  EXPECT_EQ(run.end.how, ProcessEnd::How::kSignalled);
  EXPECT_EQ(run.end.code, SIGKILL);
  EXPECT_FALSE(ReadRecord(run.path).program_ended);
  const RecordFile checkpoint = ReadRecord(run.path + record::kCheckpointSuffix);
  ASSERT_TRUE(checkpoint.ending.has_value());
  EXPECT_EQ(checkpoint.ending->kind, static_cast<std::uint32_t>(record::kStillRuns));
  EXPECT_GE(LiveBlocks(checkpoint), 1010u);
  ASSERT_EQ(checkpoint.iterations.size(), 1u);
  EXPECT_TRUE(checkpoint.iterations[0].finished);
}

TEST(WholeProgramEnd, AProgramThatReplacesItselfGoesOnInARecordBeside) {
  const WholeRun run = RunWhole("exec");
  EXPECT_FALSE(ReadRecord(run.path).program_ended);
  const RecordFile next = ReadRecord(run.path + record::kExecutableSuffix + "1");
  EXPECT_TRUE(next.program_ended);
  EXPECT_GE(LiveBlocks(next), 1010u);
}

/// A running served_process.
class Served {
 public:
  Served(const std::string& name, std::vector<std::string> arguments, Variables variables = {})
      : out_(FreshDirectory("served_" + name)) {
    int to[2];
    int from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) return;
    std::string program = ProgramPath("served_process");
    std::vector<char*> words = {program.data()};
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    Command command;
    command.set_environment = std::move(variables);
    const Variables usual = {{"LD_PRELOAD", MEMPROF_TEST_PLUGIN},
                             {"MEMPROF_SERVICE", directory()},
                             {"MEMPROF_TRACE", "1"}};
    for (const auto& variable : usual) {
      const auto has_name = [&](const auto& other) { return other.first == variable.first; };
      Variables& all = command.set_environment;
      if (std::none_of(all.begin(), all.end(), has_name)) all.push_back(variable);
    }
    command.unset_environment = {"MEMPROF", "MEMPROF_RECORD", "MEMPROF_PROGRAM"};
    std::vector<std::string> environment = EnvironmentFor(command);
    std::vector<char*> entries;
    for (std::string& entry : environment) entries.push_back(entry.data());
    entries.push_back(nullptr);
    const std::string errors = out_ + "/stderr.txt";
    pid_ = fork();
    if (pid_ == 0) {
      dup2(to[0], 0);
      dup2(from[1], 1);
      dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
      execve(program.c_str(), words.data(), entries.data());
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    in_ = to[1];
    output_ = from[0];
    ready_ = ReadLine();
  }
  ~Served() {
    if (pid_ > 0 && !has_ended_) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    if (in_ >= 0) close(in_);
    close(output_);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::string directory() const { return out_ + "/sockets"; }
  std::string socket() const {
    return directory() + "/" + std::to_string(pid_) + record::kServiceSuffix;
  }
  pid_t pid() const { return pid_; }
  const std::string& ready() const { return ready_; }  ///< its first line
  std::string errors() const {
    const Result<std::string> text = ReadFile(out_ + "/stderr.txt");
    return text.ok() ? text.value() : "";
  }

  /// Ends it; the wait status, and its last line in `*line`.
  int End(std::string* line) {
    close(in_);
    in_ = -1;
    *line = ReadLine();
    int status = 0;
    waitpid(pid_, &status, 0);
    has_ended_ = true;
    return status;
  }

 private:
  std::string ReadLine() const {
    std::string line;
    char byte;
    pollfd poll_output = {output_, POLLIN, 0};
    while (poll(&poll_output, 1, 60000) > 0 && read(output_, &byte, 1) == 1 && byte != '\n') {
      line += byte;
    }
    return line;
  }

  std::string out_;
  pid_t pid_ = -1;
  int in_ = -1;
  int output_ = -1;
  bool has_ended_ = false;
  std::string ready_;
};

int Connect(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return -1;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

std::optional<record::ServiceReply> Ask(const std::string& path,
                                        const record::ServiceRequest& request,
                                        const std::vector<int>& files = {}) {
  const int connection = Connect(path);
  if (connection < 0) return std::nullopt;
  iovec part = {const_cast<record::ServiceRequest*>(&request), sizeof(request)};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!files.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
    std::memcpy(CMSG_DATA(head), files.data(), files.size() * sizeof(int));
  }
  record::ServiceReply reply = {};
  const bool is_sent = sendmsg(connection, &message, MSG_NOSIGNAL) > 0;
  pollfd answer = {connection, POLLIN, 0};
  const bool is_answered = is_sent && poll(&answer, 1, 120000) > 0 &&
                           recv(connection, &reply, sizeof(reply), 0) == sizeof(reply);
  close(connection);
  if (!is_answered) return std::nullopt;
  return reply;
}

record::ServiceRequest Request(record::ServiceCommand command, std::uint32_t flags = 0) {
  return {record::kServiceMagic, record::kServiceVersion, command, flags, 0};
}

std::string BytesOf(int file) {
  const off_t size = lseek(file, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  EXPECT_EQ(pread(file, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  return bytes;
}

struct Snapshot {
  record::ServiceReply reply = {};
  RecordFile record;
  std::string heap;  ///< the file's bytes
};

Snapshot TakeSnapshot(const std::string& path, bool with_heap) {
  Snapshot snapshot;
  std::vector<int> files = {memfd_create("record", MFD_CLOEXEC)};
  if (with_heap) files.push_back(memfd_create("heap", MFD_CLOEXEC));
  const auto reply = Ask(
      path, Request(record::kAskSnapshot, with_heap ? std::uint32_t{record::kWithHeap} : 0), files);
  EXPECT_TRUE(reply.has_value());
  if (reply) snapshot.reply = *reply;
  EXPECT_STREQ(snapshot.reply.message, "");
  EXPECT_EQ(snapshot.reply.status, record::kServiceDone);
  Result<RecordFile> record = ParseRecord(BytesOf(files[0]));
  EXPECT_TRUE(record.ok());
  if (record.ok()) snapshot.record = std::move(record).value();
  EXPECT_EQ(snapshot.record.damage, "");
  if (with_heap) snapshot.heap = BytesOf(files[1]);
  for (const int file : files) close(file);
  return snapshot;
}

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
