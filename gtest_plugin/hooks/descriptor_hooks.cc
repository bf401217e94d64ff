// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// With 64-bit offsets asked for, the headers give open the symbol of open64, and both are here.
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#undef _FORTIFY_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/hooks/stream_descriptor.h"
#include "gtest_plugin/unwind/stack_walk.h"

// Every libc call that opens or closes a descriptor, interposed to know whether the descriptors
// must be looked at again, and in a full trace who opened them. Which ones are open is asked of the
// kernel, so a call that is missing here delays a finding to the end of the iteration and leaves it
// without a stack, and falsifies nothing.
//
// Each hook forwards first and speaks afterwards, so that errno stays the real call's.

namespace {

using memprof::Next;

// What a hook answers where libc has no such function: an older one has not all of them, and the
// program takes the hook for proof that it does.
template <class Result>
Result Missing() {
  errno = ENOSYS;
  return Result(-1);
}
template <>
FILE* Missing() {
  errno = ENOSYS;
  return nullptr;
}
template <>
DIR* Missing() {
  errno = ENOSYS;
  return nullptr;
}

int NumberOf(int fd) { return fd; }
int NumberOf(FILE* file) {
  if (file == nullptr) return -1;
  const int saved = errno;  // a stream in memory has no descriptor: EBADF
  const int fd = fileno(file);
  errno = saved;
  return fd;
}
int NumberOf(DIR* dir) { return dir != nullptr ? dirfd(dir) : -1; }

void Opened(int fd, const memprof::CallerFrame& from) {
  if (fd < 0) return;
  const int saved = errno;
  memprof::OnDescriptorCall();
  memprof::OnOpened(fd, memprof::OriginHere(from));
  errno = saved;
}

// CLOSE_RANGE_CLOEXEC, which closes nothing now; not in the headers of older systems.
constexpr int kCloseOnExec = 4;

void Closing(int fd) {
  if (fd >= 0) memprof::OnClose(static_cast<unsigned>(fd), static_cast<unsigned>(fd));
}

// The descriptors that a received message brought.
void TakeDescriptors(const msghdr& message, const memprof::CallerFrame& from) {
  if (message.msg_control == nullptr || message.msg_controllen < sizeof(cmsghdr)) return;
  msghdr* const begin = const_cast<msghdr*>(&message);
  for (const cmsghdr* part = CMSG_FIRSTHDR(begin); part != nullptr;
       part = CMSG_NXTHDR(begin, const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof(fd), sizeof(fd));
      Opened(fd, from);
    }
  }
}

}  // namespace

#define MEMPROF_AROUND(result, name, parameters, arguments, before, after)       \
  MEMPROF_EXPORT result name parameters {                                        \
    [[maybe_unused]] const memprof::CallerFrame from = memprof::FrameOfCaller(); \
    MEMPROF_NEXT_FUNCTION(next, #name);                                          \
    auto* const real = Next<result(*) parameters>(&next);                        \
    if (__builtin_expect(real == nullptr, 0)) return Missing<result>();          \
    before;                                                                      \
    result value = real arguments;                                               \
    after;                                                                       \
    return value;                                                                \
  }

// Calls that open the descriptor that they return.
#define MEMPROF_OPENS(result, name, parameters, arguments) \
  MEMPROF_AROUND(result, name, parameters, arguments, (void)from, Opened(NumberOf(value), from))

// Calls that open two, into the array `pair`.
#define MEMPROF_OPENS_PAIR(name, parameters, arguments)               \
  MEMPROF_AROUND(                                                     \
      int, name, parameters, arguments, (void)from, if (value == 0) { \
        Opened(pair[0], from);                                        \
        Opened(pair[1], from);                                        \
      })

// Calls that close what their argument stands for.
#define MEMPROF_CLOSES(name, parameters, argument)                               \
  MEMPROF_AROUND(int, name, parameters, (argument), Closing(NumberOf(argument)), \
                 memprof::OnDescriptorCall())

// The calls of the open family take a mode only with O_CREAT or O_TMPFILE; to read it always is
// harmless where the caller passed none, since it is ignored then.
#define MEMPROF_FORWARD_OPEN(name, parameters, last, arguments)      \
  MEMPROF_EXPORT int name parameters {                               \
    va_list rest;                                                    \
    va_start(rest, last);                                            \
    const unsigned mode = va_arg(rest, unsigned);                    \
    va_end(rest);                                                    \
    const memprof::CallerFrame from = memprof::FrameOfCaller();      \
    MEMPROF_NEXT_FUNCTION(next, #name);                              \
    auto* const real = Next<int(*) parameters>(&next);               \
    if (__builtin_expect(real == nullptr, 0)) return Missing<int>(); \
    const int value = real arguments;                                \
    Opened(value, from);                                             \
    return value;                                                    \
  }

MEMPROF_FORWARD_OPEN(open, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(open64, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(openat, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_FORWARD_OPEN(openat64, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_OPENS(int, __open_2, (const char* path, int flags), (path, flags))
MEMPROF_OPENS(int, __open64_2, (const char* path, int flags), (path, flags))
MEMPROF_OPENS(int, __openat_2, (int dir, const char* path, int flags), (dir, path, flags))
MEMPROF_OPENS(int, __openat64_2, (int dir, const char* path, int flags), (dir, path, flags))
MEMPROF_OPENS(int, creat, (const char* path, mode_t mode), (path, mode))
MEMPROF_OPENS(int, creat64, (const char* path, mode_t mode), (path, mode))

MEMPROF_EXPORT int close(int fd) {
  if (fd == memprof::kStreamDescriptor) return 0;
  MEMPROF_NEXT_FUNCTION(next, "close");
  Closing(fd);
  const int value = Next<int (*)(int)>(&next)(fd);
  memprof::OnDescriptorCall();
  return value;
}

MEMPROF_AROUND(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags),
               if ((flags & kCloseOnExec) == 0) memprof::OnClose(first, last),
               memprof::OnDescriptorCall())

MEMPROF_EXPORT void closefrom(int first) {
  MEMPROF_NEXT_FUNCTION(next, "closefrom");
  auto* const real = Next<void (*)(int)>(&next);
  if (real == nullptr) return;
  memprof::OnClose(first > 0 ? static_cast<unsigned>(first) : 0, ~0u);
  real(first);
  memprof::OnDescriptorCall();
}

MEMPROF_OPENS(int, dup, (int fd), (fd))
// Of a descriptor onto itself nothing is opened.
MEMPROF_AROUND(int, dup2, (int fd, int target), (fd, target), (void)from,
               if (fd != target) Opened(value, from))
MEMPROF_OPENS(int, dup3, (int fd, int target, int flags), (fd, target, flags))

MEMPROF_EXPORT int socket(int domain, int type, int protocol) {
  if (domain == memprof::kStreamFamily) return memprof::kStreamDescriptor;
  MEMPROF_NEXT_FUNCTION(next, "socket");
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  const int value = Next<int (*)(int, int, int)>(&next)(domain, type, protocol);
  Opened(value, from);
  return value;
}

MEMPROF_OPENS_PAIR(socketpair, (int domain, int type, int protocol, int* pair),
                   (domain, type, protocol, pair))
MEMPROF_OPENS(int, accept, (int fd, struct sockaddr* peer, socklen_t* length), (fd, peer, length))
MEMPROF_OPENS(int, accept4, (int fd, struct sockaddr* peer, socklen_t* length, int flags),
              (fd, peer, length, flags))
MEMPROF_OPENS_PAIR(pipe, (int* pair), (pair))
MEMPROF_OPENS_PAIR(pipe2, (int* pair, int flags), (pair, flags))
MEMPROF_OPENS(int, epoll_create, (int size), (size))
MEMPROF_OPENS(int, epoll_create1, (int flags), (flags))
MEMPROF_OPENS(int, eventfd, (unsigned count, int flags), (count, flags))
MEMPROF_OPENS(int, timerfd_create, (int clock, int flags), (clock, flags))
// With a descriptor it changes that one, and opens nothing.
MEMPROF_AROUND(int, signalfd, (int fd, const void* mask, int flags), (fd, mask, flags), (void)from,
               if (fd == -1) Opened(value, from))
MEMPROF_OPENS(int, inotify_init, (), ())
MEMPROF_OPENS(int, inotify_init1, (int flags), (flags))
MEMPROF_OPENS(int, fanotify_init, (unsigned flags, unsigned event_flags), (flags, event_flags))
MEMPROF_OPENS(int, memfd_create, (const char* name, unsigned flags), (name, flags))
MEMPROF_OPENS(int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags))
MEMPROF_OPENS(int, shm_open, (const char* name, int flags, mode_t mode), (name, flags, mode))
MEMPROF_OPENS(int, posix_openpt, (int flags), (flags))
MEMPROF_OPENS(int, mkstemp, (char* path), (path))
MEMPROF_OPENS(int, mkstemp64, (char* path), (path))
MEMPROF_OPENS(int, mkostemp, (char* path, int flags), (path, flags))
MEMPROF_OPENS(int, mkostemp64, (char* path, int flags), (path, flags))
MEMPROF_OPENS(int, mkstemps, (char* path, int suffix), (path, suffix))
MEMPROF_OPENS(int, mkstemps64, (char* path, int suffix), (path, suffix))
MEMPROF_OPENS(int, mkostemps, (char* path, int suffix, int flags), (path, suffix, flags))
MEMPROF_OPENS(int, mkostemps64, (char* path, int suffix, int flags), (path, suffix, flags))
MEMPROF_OPENS(FILE*, fopen, (const char* path, const char* mode), (path, mode))
MEMPROF_OPENS(FILE*, fopen64, (const char* path, const char* mode), (path, mode))
MEMPROF_OPENS(FILE*, freopen, (const char* path, const char* mode, FILE* file), (path, mode, file))
MEMPROF_OPENS(FILE*, freopen64, (const char* path, const char* mode, FILE* file),
              (path, mode, file))
MEMPROF_OPENS(FILE*, tmpfile, (), ())
MEMPROF_OPENS(FILE*, tmpfile64, (), ())
MEMPROF_CLOSES(fclose, (FILE * file), file)
MEMPROF_OPENS(FILE*, popen, (const char* command, const char* mode), (command, mode))
MEMPROF_CLOSES(pclose, (FILE * file), file)
MEMPROF_OPENS(DIR*, opendir, (const char* path), (path))
// The descriptor was opened before, and stays with who did.
MEMPROF_AROUND(DIR*, fdopendir, (int fd), (fd), (void)from, memprof::OnDescriptorCall())
MEMPROF_CLOSES(closedir, (DIR * dir), dir)

// Descriptors arrive in control messages. All other messages are many, and open nothing.
MEMPROF_EXPORT ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  MEMPROF_NEXT_FUNCTION(next, "recvmsg");
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  const ssize_t received = Next<ssize_t (*)(int, struct msghdr*, int)>(&next)(fd, message, flags);
  if (received >= 0) TakeDescriptors(*message, from);
  return received;
}

MEMPROF_EXPORT int recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
                            struct timespec* timeout) {
  MEMPROF_NEXT_FUNCTION(next, "recvmmsg");
  auto* const real = Next<int (*)(int, struct mmsghdr*, unsigned, int, struct timespec*)>(&next);
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  const int received = real(fd, messages, count, flags, timeout);
  for (int i = 0; i < received; ++i) {
    TakeDescriptors(messages[i].msg_hdr, from);
  }
  return received;
}

// fcntl duplicates with two of its commands. The third argument is an int or a pointer: a word
// holds either, and one that was not passed is ignored.
#define MEMPROF_FORWARD_FCNTL(name)                                            \
  MEMPROF_EXPORT int name(int fd, int command, ...) {                          \
    va_list rest;                                                              \
    va_start(rest, command);                                                   \
    void* const argument = va_arg(rest, void*);                                \
    va_end(rest);                                                              \
    const memprof::CallerFrame from = memprof::FrameOfCaller();                \
    MEMPROF_NEXT_FUNCTION(next, #name);                                        \
    auto* const real = Next<int (*)(int, int, ...)>(&next);                    \
    if (__builtin_expect(real == nullptr, 0)) return Missing<int>();           \
    const int value = real(fd, command, argument);                             \
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) Opened(value, from); \
    return value;                                                              \
  }

MEMPROF_FORWARD_FCNTL(fcntl)
MEMPROF_FORWARD_FCNTL(fcntl64)
