// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// With 64-bit offsets asked for, the headers give open the symbol of open64, and both are here.
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS
#undef _FORTIFY_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"

// Every libc call that opens or closes a descriptor, interposed for one purpose: to know whether
// the descriptors must be looked at again. Which ones are open is asked of the kernel, so a call
// that is missing here delays a finding to the end of the iteration, and falsifies nothing.
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

// Whether a message that was received brought descriptors.
bool BringsDescriptors(const msghdr& message) {
  if (message.msg_control == nullptr || message.msg_controllen < sizeof(cmsghdr)) return false;
  msghdr* const begin = const_cast<msghdr*>(&message);
  for (const cmsghdr* part = CMSG_FIRSTHDR(begin); part != nullptr;
       part = CMSG_NXTHDR(begin, const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) return true;
  }
  return false;
}

}  // namespace

#define MEMPROF_FORWARD(result, name, parameters, arguments)            \
  MEMPROF_EXPORT result name parameters {                               \
    MEMPROF_NEXT_FUNCTION(next, #name);                                 \
    auto* const real = Next<result(*) parameters>(&next);               \
    if (__builtin_expect(real == nullptr, 0)) return Missing<result>(); \
    result value = real arguments;                                      \
    memprof::OnDescriptorCall();                                        \
    return value;                                                       \
  }

// The calls of the open family take a mode only with O_CREAT or O_TMPFILE; to read it always is
// harmless where the caller passed none, since it is ignored then.
#define MEMPROF_FORWARD_OPEN(name, parameters, last, arguments)      \
  MEMPROF_EXPORT int name parameters {                               \
    va_list rest;                                                    \
    va_start(rest, last);                                            \
    const unsigned mode = va_arg(rest, unsigned);                    \
    va_end(rest);                                                    \
    MEMPROF_NEXT_FUNCTION(next, #name);                              \
    auto* const real = Next<int(*) parameters>(&next);               \
    if (__builtin_expect(real == nullptr, 0)) return Missing<int>(); \
    const int value = real arguments;                                \
    memprof::OnDescriptorCall();                                     \
    return value;                                                    \
  }

MEMPROF_FORWARD_OPEN(open, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(open64, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(openat, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_FORWARD_OPEN(openat64, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_FORWARD(int, __open_2, (const char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, __open64_2, (const char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, __openat_2, (int dir, const char* path, int flags), (dir, path, flags))
MEMPROF_FORWARD(int, __openat64_2, (int dir, const char* path, int flags), (dir, path, flags))
MEMPROF_FORWARD(int, creat, (const char* path, mode_t mode), (path, mode))
MEMPROF_FORWARD(int, creat64, (const char* path, mode_t mode), (path, mode))
MEMPROF_FORWARD(int, close, (int fd), (fd))
MEMPROF_FORWARD(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))

MEMPROF_EXPORT void closefrom(int first) {
  MEMPROF_NEXT_FUNCTION(next, "closefrom");
  auto* const real = Next<void (*)(int)>(&next);
  if (real == nullptr) return;
  real(first);
  memprof::OnDescriptorCall();
}

MEMPROF_FORWARD(int, dup, (int fd), (fd))
MEMPROF_FORWARD(int, dup2, (int fd, int target), (fd, target))
MEMPROF_FORWARD(int, dup3, (int fd, int target, int flags), (fd, target, flags))
MEMPROF_FORWARD(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
MEMPROF_FORWARD(int, socketpair, (int domain, int type, int protocol, int* pair),
                (domain, type, protocol, pair))
MEMPROF_FORWARD(int, accept, (int fd, struct sockaddr* peer, socklen_t* length), (fd, peer, length))
MEMPROF_FORWARD(int, accept4, (int fd, struct sockaddr* peer, socklen_t* length, int flags),
                (fd, peer, length, flags))
MEMPROF_FORWARD(int, pipe, (int* pair), (pair))
MEMPROF_FORWARD(int, pipe2, (int* pair, int flags), (pair, flags))
MEMPROF_FORWARD(int, epoll_create, (int size), (size))
MEMPROF_FORWARD(int, epoll_create1, (int flags), (flags))
MEMPROF_FORWARD(int, eventfd, (unsigned count, int flags), (count, flags))
MEMPROF_FORWARD(int, timerfd_create, (int clock, int flags), (clock, flags))
MEMPROF_FORWARD(int, signalfd, (int fd, const void* mask, int flags), (fd, mask, flags))
MEMPROF_FORWARD(int, inotify_init, (), ())
MEMPROF_FORWARD(int, inotify_init1, (int flags), (flags))
MEMPROF_FORWARD(int, fanotify_init, (unsigned flags, unsigned event_flags), (flags, event_flags))
MEMPROF_FORWARD(int, memfd_create, (const char* name, unsigned flags), (name, flags))
MEMPROF_FORWARD(int, pidfd_open, (pid_t pid, unsigned flags), (pid, flags))
MEMPROF_FORWARD(int, shm_open, (const char* name, int flags, mode_t mode), (name, flags, mode))
MEMPROF_FORWARD(int, posix_openpt, (int flags), (flags))
MEMPROF_FORWARD(int, mkstemp, (char* path), (path))
MEMPROF_FORWARD(int, mkstemp64, (char* path), (path))
MEMPROF_FORWARD(int, mkostemp, (char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, mkostemp64, (char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, mkstemps, (char* path, int suffix), (path, suffix))
MEMPROF_FORWARD(int, mkstemps64, (char* path, int suffix), (path, suffix))
MEMPROF_FORWARD(int, mkostemps, (char* path, int suffix, int flags), (path, suffix, flags))
MEMPROF_FORWARD(int, mkostemps64, (char* path, int suffix, int flags), (path, suffix, flags))
MEMPROF_FORWARD(FILE*, fopen, (const char* path, const char* mode), (path, mode))
MEMPROF_FORWARD(FILE*, fopen64, (const char* path, const char* mode), (path, mode))
MEMPROF_FORWARD(FILE*, freopen, (const char* path, const char* mode, FILE* file),
                (path, mode, file))
MEMPROF_FORWARD(FILE*, freopen64, (const char* path, const char* mode, FILE* file),
                (path, mode, file))
MEMPROF_FORWARD(FILE*, tmpfile, (), ())
MEMPROF_FORWARD(FILE*, tmpfile64, (), ())
MEMPROF_FORWARD(int, fclose, (FILE * file), (file))
MEMPROF_FORWARD(FILE*, popen, (const char* command, const char* mode), (command, mode))
MEMPROF_FORWARD(int, pclose, (FILE * file), (file))
MEMPROF_FORWARD(DIR*, opendir, (const char* path), (path))
MEMPROF_FORWARD(DIR*, fdopendir, (int fd), (fd))
MEMPROF_FORWARD(int, closedir, (DIR * dir), (dir))

// Descriptors arrive in control messages. All other messages are many, and open nothing.
MEMPROF_EXPORT ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  MEMPROF_NEXT_FUNCTION(next, "recvmsg");
  const ssize_t received = Next<ssize_t (*)(int, struct msghdr*, int)>(&next)(fd, message, flags);
  if (received >= 0 && BringsDescriptors(*message)) memprof::OnDescriptorCall();
  return received;
}

MEMPROF_EXPORT int recvmmsg(int fd, struct mmsghdr* messages, unsigned count, int flags,
                            struct timespec* timeout) {
  MEMPROF_NEXT_FUNCTION(next, "recvmmsg");
  auto* const real = Next<int (*)(int, struct mmsghdr*, unsigned, int, struct timespec*)>(&next);
  const int received = real(fd, messages, count, flags, timeout);
  for (int i = 0; i < received; ++i) {
    if (BringsDescriptors(messages[i].msg_hdr)) memprof::OnDescriptorCall();
  }
  return received;
}

// fcntl duplicates with two of its commands. The third argument is an int or a pointer: a word
// holds either, and one that was not passed is ignored.
#define MEMPROF_FORWARD_FCNTL(name)                                                    \
  MEMPROF_EXPORT int name(int fd, int command, ...) {                                  \
    va_list rest;                                                                      \
    va_start(rest, command);                                                           \
    void* const argument = va_arg(rest, void*);                                        \
    va_end(rest);                                                                      \
    MEMPROF_NEXT_FUNCTION(next, #name);                                                \
    auto* const real = Next<int (*)(int, int, ...)>(&next);                            \
    if (__builtin_expect(real == nullptr, 0)) return Missing<int>();                   \
    const int value = real(fd, command, argument);                                     \
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) memprof::OnDescriptorCall(); \
    return value;                                                                      \
  }

MEMPROF_FORWARD_FCNTL(fcntl)
MEMPROF_FORWARD_FCNTL(fcntl64)
