// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/served_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

std::string BytesOf(int file) {
  const off_t size = lseek(file, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  EXPECT_EQ(pread(file, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  return bytes;
}

}  // namespace

std::uint64_t LiveBlocks(const RecordFile& record) {
  return record.trace && !record.trace->states.empty() ? record.trace->states.back().live_blocks
                                                       : 0;
}

Served::Served(const std::string& name, std::vector<std::string> arguments, Variables variables,
               int inherited)
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
    if (inherited >= 0) fcntl(inherited, F_SETFD, 0);
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

Served::~Served() {
  if (pid_ > 0 && !has_ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (in_ >= 0) close(in_);
  close(output_);
}

std::string Served::errors() const {
  const Result<std::string> text = ReadFile(out_ + "/stderr.txt");
  return text.ok() ? text.value() : "";
}

int Served::End(std::string* line) {
  close(in_);
  in_ = -1;
  *line = ReadLine();
  int status = 0;
  waitpid(pid_, &status, 0);
  has_ended_ = true;
  return status;
}

std::string Served::ReadLine() const {
  std::string line;
  char byte;
  pollfd poll_output = {output_, POLLIN, 0};
  while (poll(&poll_output, 1, 60000) > 0 && read(output_, &byte, 1) == 1 && byte != '\n') {
    line += byte;
  }
  return line;
}

int Connect(const std::string& path) {
  // Below a build directory the path may be longer than an address has room for.
  const std::filesystem::path whole(path);
  const int directory = open(whole.parent_path().c_str(), O_PATH | O_CLOEXEC);
  const std::string place =
      "/proc/self/fd/" + std::to_string(directory) + "/" + whole.filename().string();
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  place.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  const bool is_connected =
      directory >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  if (directory >= 0) close(directory);
  if (is_connected) return fd;
  close(fd);
  return -1;
}

std::optional<record::ServiceReply> Ask(const std::string& path,
                                        const record::ServiceRequest& request,
                                        const std::vector<int>& files) {
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

record::ServiceRequest Request(record::ServiceCommand command, std::uint32_t flags) {
  return {record::kServiceMagic, record::kServiceVersion, command, flags, 0};
}

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

}  // namespace memprof
