// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/service/service_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

namespace memprof {
namespace {

/// Text of bounded length, without stdio.
class Line {
 public:
  Line(char* out, size_t room) noexcept : out_(out), room_(room) { out_[0] = '\0'; }
  Line& Add(const char* text) noexcept {
    while (*text != '\0' && length_ + 1 < room_) out_[length_++] = *text++;
    is_whole_ = is_whole_ && *text == '\0';
    out_[length_] = '\0';
    return *this;
  }
  Line& Add(unsigned long number) noexcept {
    char digits[24];
    size_t at = sizeof(digits);
    digits[--at] = '\0';
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return Add(digits + at);
  }
  bool is_whole() const noexcept { return is_whole_; }

 private:
  char* out_;
  size_t room_;
  size_t length_ = 0;
  bool is_whole_ = true;
};

bool Await(int fd, int wait_ms) noexcept {
  pollfd poll = {fd, POLLIN, 0};
  const timespec limit = {wait_ms / 1000, (wait_ms % 1000) * 1000000L};
  // Also where it ends early: who calls looks at the clock.
  return syscall(SYS_ppoll, &poll, 1, wait_ms < 0 ? nullptr : &limit, nullptr, 0) > 0;
}

long Socket() noexcept { return syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0); }

// The directory's length does not matter: it is named by its descriptor.
bool Name(int directory_fd, pid_t pid, sockaddr_un* address) noexcept {
  memset(address, 0, sizeof(*address));
  address->sun_family = AF_UNIX;
  Line line(address->sun_path, sizeof(address->sun_path));
  line.Add("/proc/thread-self/fd/").Add(static_cast<unsigned long>(directory_fd)).Add("/");
  line.Add(static_cast<unsigned long>(pid)).Add(record::kServiceSuffix);
  return line.is_whole();
}

bool IsAnswering(const sockaddr_un& address) noexcept {
  const long probe = Socket();
  if (probe < 0) return false;
  const bool is_answering = syscall(SYS_connect, probe, &address, sizeof(address)) == 0;
  syscall(SYS_close, probe);
  return is_answering;
}

}  // namespace

const char* WhyNotSafe(const struct stat& directory, uid_t user) noexcept {
  if (S_ISLNK(directory.st_mode)) return "it is a symbolic link, which may lead elsewhere later";
  if (!S_ISDIR(directory.st_mode)) return "it is no directory";
  if (directory.st_uid != user) return "it belongs to another user";
  if ((directory.st_mode & 077) != 0) return "others may open it (chmod 700 it)";
  return nullptr;
}

const char* WhyNotUnderstood(const ReceivedRequest& received) noexcept {
  const record::ServiceRequest& request = received.request;
  if (received.bytes != static_cast<long>(sizeof(request)) ||
      request.magic != record::kServiceMagic) {
    return "it is no request of memprof's";
  }
  if (request.version != record::kServiceVersion) return "its version is not known here";
  if (received.has_extra) return "it came with more files than any request has";
  if (request.command == record::kAskState) return nullptr;
  if (request.command != record::kAskSnapshot) return "its command is not known here";
  if ((request.flags & ~uint32_t{record::kWithHeap}) != 0) return "it has flags that are not known";
  if (received.files[0] < 0) return "a snapshot needs a file to go to";
  const bool has_second = received.files[1] >= 0;
  if (has_second != ((request.flags & record::kWithHeap) != 0)) {
    return "a second file is for a heap snapshot, and the one needs the other";
  }
  return nullptr;
}

const char* WhyNotWritable(int file) noexcept {
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return "the file is no regular one";
  const long flags = syscall(SYS_fcntl, file, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) != O_RDWR || (flags & O_APPEND) != 0) {
    return "the file is not open for reading and writing";
  }
  return status.st_size == 0 ? nullptr : "the file is not empty";
}

const char* ServiceSocket::Listen(const char* directory, pid_t pid) noexcept {
  owner_ = static_cast<uid_t>(syscall(SYS_geteuid));
  char own[64];
  if (strcmp(directory, "1") == 0) {
    Line(own, sizeof(own)).Add(record::kDefaultServiceDirectory).Add(owner_);
    directory = own;
  }
  if (directory[0] != '/') return "its path is not absolute";
  Line path(path_, sizeof(path_));
  path.Add(directory).Add("/").Add(static_cast<unsigned long>(pid)).Add(record::kServiceSuffix);
  if (!path.is_whole()) return "its path is too long";
  syscall(SYS_mkdirat, AT_FDCWD, directory, 0700);
  // O_NOFOLLOW with O_PATH opens the link itself, to be told as what it is.
  const long fd = syscall(SYS_openat, AT_FDCWD, directory, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  if (fd < 0) return "it cannot be made or opened";
  const char* const why_not = Bind(static_cast<int>(fd), pid);
  syscall(SYS_close, fd);
  return why_not;
}

const char* ServiceSocket::Bind(int directory_fd, pid_t pid) noexcept {
  struct stat status;
  if (fstat(directory_fd, &status) != 0) return "it cannot be looked at";
  if (const char* const why_not = WhyNotSafe(status, owner_)) return why_not;
  sockaddr_un address;
  if (!Name(directory_fd, pid, &address)) return "there is no room for its name";
  const long fd = Socket();
  if (fd < 0) return "no socket could be made";
  // The mode of the file to come, without a moment in which it is another.
  syscall(SYS_fchmod, fd, 0600);
  long error = syscall(SYS_bind, fd, &address, sizeof(address)) == 0 ? 0 : errno;
  if (error == EADDRINUSE) {
    // One of our number that is not us: it is dead, or of another PID namespace.
    if (IsAnswering(address)) {
      syscall(SYS_close, fd);
      path_[0] = '\0';
      return "a process of the same number in another container answers there";
    }
    syscall(SYS_unlinkat, AT_FDCWD, path_, 0);
    error = syscall(SYS_bind, fd, &address, sizeof(address)) == 0 ? 0 : errno;
  }
  if (error == 0 && syscall(SYS_listen, fd, 16) == 0) {
    fd_ = static_cast<int>(fd);
    return nullptr;
  }
  syscall(SYS_close, fd);
  if (error != 0) path_[0] = '\0';
  return "no socket could be made in it";
}

int ServiceSocket::Accept(int wait_ms) noexcept {
  if (!Await(fd_, wait_ms)) return -1;
  const long connection = syscall(SYS_accept4, fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection < 0) return -1;
  ucred peer = {};
  socklen_t length = sizeof(peer);
  if (syscall(SYS_getsockopt, connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
      length == sizeof(peer) && MayAsk(peer.uid, owner_)) {
    return static_cast<int>(connection);
  }
  syscall(SYS_close, connection);
  return -1;
}

void ServiceSocket::Remove() const noexcept {
  if (fd_ >= 0 && path_[0] != '\0') syscall(SYS_unlinkat, AT_FDCWD, path_, 0);
}

ReceivedRequest Receive(int connection, int wait_ms) noexcept {
  ReceivedRequest received = {{}, {-1, -1}, 0, false};
  if (!Await(connection, wait_ms)) return received;
  constexpr int kMostFiles = 8;
  alignas(cmsghdr) char control[CMSG_SPACE(kMostFiles * sizeof(int))];
  // One byte more than a request has, so that a longer packet shows.
  char bytes[sizeof(record::ServiceRequest) + 1];
  iovec part = {bytes, sizeof(bytes)};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  received.bytes = syscall(SYS_recvmsg, connection, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (received.bytes <= 0) return received;
  memcpy(&received.request, bytes, sizeof(received.request));
  int count = 0;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) continue;
    const size_t all = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < all; ++i) {
      int file;
      memcpy(&file, CMSG_DATA(at) + i * sizeof(int), sizeof(file));
      if (count < 2) {
        received.files[count++] = file;
      } else {
        received.has_extra = true;
        syscall(SYS_close, file);
      }
    }
  }
  received.has_extra = received.has_extra || (message.msg_flags & MSG_CTRUNC) != 0;
  return received;
}

void Send(int connection, const record::ServiceReply& reply) noexcept {
  syscall(SYS_sendto, connection, &reply, sizeof(reply), MSG_NOSIGNAL | MSG_DONTWAIT, nullptr, 0);
}

}  // namespace memprof
