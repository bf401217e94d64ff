// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/snapshot_service.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

#include "runner/execute/files.h"
#include "runner/execute/plugin_library.h"

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

Error Failed(std::string message, std::string hint = "") {
  return Error{ErrorKind::kProcess, std::move(message), std::move(hint)};
}

std::string UserName(uid_t user) {
  const passwd* entry = getpwuid(user);
  return entry != nullptr ? fmt::format("{}", entry->pw_name) : fmt::format("user {}", user);
}

/// What /proc tells of the process.
class AskedProcess {
 public:
  explicit AskedProcess(pid_t pid) : pid_(pid), proc_(fmt::format("/proc/{}", pid)) {
    struct stat status = {};
    is_there_ = stat(proc_.c_str(), &status) == 0;
    owner_ = status.st_uid;
    name_ = Text("comm");
    if (name_.ends_with('\n')) name_.pop_back();
  }

  bool is_there() const { return is_there_; }
  uid_t owner() const { return owner_; }
  /// "process 1234 (server)"
  std::string Name() const { return fmt::format("process {} ({})", pid_, name_); }
  bool HasTracker() const { return Text("maps").find("libmemprof.so") != std::string::npos; }

  /// Of its environment as it was when it started; nothing where it has none, or may not be read.
  std::optional<std::string> Variable(std::string_view name) const {
    const std::string environment = Text("environ");
    std::string_view rest = environment;
    while (!rest.empty()) {
      const std::string_view entry = rest.substr(0, rest.find('\0'));
      rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
      if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
        return std::string(entry.substr(name.size() + 1));
      }
    }
    return std::nullopt;
  }

  /// As it sees itself, which in a container is another number than ours.
  pid_t OwnNumber() const {
    const std::string status = Text("status");
    const std::size_t line = status.find("\nNSpid:");
    if (line == std::string::npos) return pid_;
    const std::size_t end = status.find('\n', line + 1);
    const std::size_t last = status.find_last_of(" \t", end - 1);
    return static_cast<pid_t>(std::strtol(status.c_str() + last + 1, nullptr, 10));
  }

  std::string Directory() const {
    const std::string named = Variable(record::kServiceVariable).value_or("1");
    return named == "1" ? fmt::format("{}{}", record::kDefaultServiceDirectory, owner_) : named;
  }

 private:
  std::string Text(const char* file) const {
    Result<std::string> text = ReadFile(proc_ + "/" + file);
    return text ? std::move(text).value() : std::string();
  }

  const pid_t pid_;
  const std::string proc_;
  bool is_there_ = false;
  uid_t owner_ = 0;
  std::string name_;
};

std::string HowToTrack() {
  const Result<PluginLibrary> plugin = FindPluginLibrary("");
  return fmt::format(
      "Start it with the tracker: memprof exec -- PROGRAM. Or by hand: LD_PRELOAD={} {}=1 "
      "MEMPROF_TRACE=1 PROGRAM. A process that runs already cannot be given one.",
      plugin ? plugin->path : "libmemprof.so", record::kServiceVariable);
}

/// Why there is no socket.
Error WhySilent(const AskedProcess& process, const std::string& socket) {
  if (!process.HasTracker()) {
    return Error{ErrorKind::kUnsupported, process.Name() + " has no tracker of memprof in it",
                 HowToTrack()};
  }
  if (!process.Variable(record::kServiceVariable)) {
    return Error{ErrorKind::kUnsupported,
                 fmt::format("{} has memprof's tracker, and answers nobody: it was started without "
                             "{}",
                             process.Name(), record::kServiceVariable),
                 HowToTrack()};
  }
  return Failed(
      fmt::format("{} has memprof's tracker, and no socket {}", process.Name(), socket),
      "A child of fork is not tracked: ask its parent. It may also have just started, be in a "
      "container with files of its own, or have said on its standard error why it makes none.");
}

/// Through a descriptor of the directory, for a socket's name must be short.
Result<int> Connect(const AskedProcess& process) {
  const std::string directory = process.Directory();
  const std::string name = fmt::format("{}{}", process.OwnNumber(), record::kServiceSuffix);
  const std::string path = directory + "/" + name;
  const Descriptor opened(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0) return WhySilent(process, path);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string place = fmt::format("/proc/self/fd/{}/{}", opened.number(), name);
  std::memcpy(address.sun_path, place.c_str(), std::min(place.size(), sizeof address.sun_path - 1));
  const int socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return Failed(fmt::format("no socket can be made: {}", strerror(errno)));
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket_fd;
  }
  const int error = errno;
  close(socket_fd);
  if (error == ENOENT) return WhySilent(process, path);
  if (error == EACCES || error == EPERM) {
    return Failed(fmt::format("{} may be asked by its owner alone, {}", process.Name(),
                              UserName(process.owner())),
                  fmt::format("Ask as that user, or as root: sudo memprof objects --pid …"));
  }
  if (error == ECONNREFUSED) {
    return Failed(
        fmt::format("{} does not listen: {} is of a process that ended", process.Name(), path),
        HowToTrack());
  }
  return Failed(fmt::format("{} cannot be asked: {}: {}", process.Name(), path, strerror(error)));
}

/// Whether who listens there is the process's own user, or root.
bool IsOwners(int socket_fd, uid_t owner) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == owner || peer.uid == 0;
}

bool Send(int socket_fd, int record_fd, int heap_fd) {
  record::ServiceRequest request = {};
  request.magic = record::kServiceMagic;
  request.version = record::kServiceVersion;
  request.command = record::kAskSnapshot;
  request.flags = record::kWithHeap;
  const int files[2] = {record_fd, heap_fd};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof files)] = {};
  iovec part = {&request, sizeof request};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof files);
  std::memcpy(CMSG_DATA(header), files, sizeof files);
  return sendmsg(socket_fd, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof request);
}

/// False when the time is up first.
bool Readable(int socket_fd, double patience_s) {
  const auto until = Clock::now() + std::chrono::duration<double>(patience_s);
  for (;;) {
    const double left = std::chrono::duration<double>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting = {socket_fd, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(left * 1000) + 1) > 0) return true;
  }
}

Result<record::ServiceReply> Receive(int socket_fd, const AskedProcess& process,
                                     double patience_s) {
  if (!Readable(socket_fd, patience_s)) {
    return Failed(fmt::format("{} did not answer within {:.0f} s", process.Name(), patience_s),
                  "It may be stopped (in a debugger, by Ctrl-Z), or its machine be busy. See: cat "
                  "/proc/PID/status");
  }
  record::ServiceReply reply = {};
  const ssize_t size = recv(socket_fd, &reply, sizeof reply, 0);
  if (size <= 0) {
    return Failed(
        fmt::format("{} ended, or replaced its program, before it answered", process.Name()),
        "A connection of another user than its own and root is closed without an answer, too.");
  }
  if (reply.magic != record::kServiceMagic || size < static_cast<ssize_t>(sizeof reply)) {
    return Error{ErrorKind::kUnsupported,
                 fmt::format("{} answered something that is not memprof's", process.Name()),
                 "The libmemprof.so in it may be of another version than this memprof."};
  }
  if (reply.version != record::kServiceVersion) {
    return Error{ErrorKind::kUnsupported,
                 fmt::format("the libmemprof.so in {} speaks version {} of the protocol, and this "
                             "memprof version {}",
                             process.Name(), reply.version, record::kServiceVersion),
                 "Use the memprof that its libmemprof.so came with."};
  }
  reply.message[sizeof reply.message - 1] = '\0';
  return reply;
}

/// What the answer says went wrong.
Error Refused(const record::ServiceReply& reply, const AskedProcess& process) {
  const std::string why = *reply.message != '\0' ? fmt::format(": {}", reply.message) : "";
  switch (reply.status) {
    case record::kServiceBadRequest:
      return Error{ErrorKind::kUnsupported,
                   fmt::format("{} did not understand the request{}", process.Name(), why),
                   "The libmemprof.so in it may be of another version than this memprof."};
    case record::kServiceNotMeasured:
      return Error{ErrorKind::kUnsupported,
                   fmt::format("{} cannot tell what it holds{}", process.Name(), why),
                   "It must be started with a full trace. " + HowToTrack()};
    default:
      return Failed(fmt::format("{} could not make a snapshot{}", process.Name(), why),
                    "Its machine may be short of memory, or the disk of the temporary directory "
                    "full.");
  }
}

}  // namespace

Result<record::ServiceReply> AskForSnapshot(pid_t pid, const std::string& record_path,
                                            double patience_s) {
  const AskedProcess process(pid);
  if (!process.is_there()) {
    return Error{ErrorKind::kNotFound, fmt::format("there is no process {}", pid),
                 "It may have ended. Those that run: ps -u $USER"};
  }
  if (geteuid() != 0 && geteuid() != process.owner()) {
    return Failed(fmt::format("{} belongs to {}: it answers its owner and root alone",
                              process.Name(), UserName(process.owner())),
                  "Ask as that user, or as root.");
  }
  const Result<int> connected = Connect(process);
  if (!connected) return connected.error();
  const Descriptor connection(*connected);
  if (!IsOwners(connection.number(), process.owner())) {
    return Failed(
        fmt::format("the socket of {} is not its own: another user listens there", process.Name()));
  }
  constexpr int kFlags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
  const Descriptor record_file(open(record_path.c_str(), kFlags, 0600));
  const Descriptor heap_file(open((record_path + ".heap0").c_str(), kFlags, 0600));
  if (record_file.number() < 0 || heap_file.number() < 0) {
    return Error{ErrorKind::kUnreadable,
                 fmt::format("{} cannot be written: {}", record_path, strerror(errno)), ""};
  }
  if (!Send(connection.number(), record_file.number(), heap_file.number())) {
    return Failed(fmt::format("{} cannot be asked: {}", process.Name(), strerror(errno)));
  }
  Result<record::ServiceReply> reply = Receive(connection.number(), process, patience_s);
  if (!reply) return reply.error();
  if (reply->status != record::kServiceDone) return Refused(*reply, process);
  return reply;
}

}  // namespace memprof
