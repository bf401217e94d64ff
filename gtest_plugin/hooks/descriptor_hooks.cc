// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "gtest_plugin/hooks/hooks.h"

// Every libc call that opens or closes a descriptor, interposed for one purpose: to know whether
// the descriptors must be looked at again. Which ones are open is asked of the kernel, so a call
// that is missing here delays a finding to the end of the iteration, and falsifies nothing.
//
// Each hook forwards first and speaks afterwards, so that errno stays the real call's.

namespace {

template <class Function>
Function Next(Function* cache, const char* name) {
  Function next = __atomic_load_n(cache, __ATOMIC_RELAXED);
  if (next == nullptr) {
    next = reinterpret_cast<Function>(memprof::NextSymbol(name));
    __atomic_store_n(cache, next, __ATOMIC_RELAXED);
  }
  return next;
}

}  // namespace

#define MEMPROF_FORWARD(result, name, parameters, arguments)  \
  MEMPROF_EXPORT result name parameters {                     \
    using Function = result(*) parameters;                    \
    static Function cache = nullptr;                          \
    result value = Next<Function>(&cache, #name) arguments;   \
    memprof::OnDescriptorCall();                              \
    return value;                                             \
  }

// The calls of the open family take a mode only with O_CREAT or O_TMPFILE; to read it always is
// harmless where the caller passed none, since it is ignored then.
#define MEMPROF_FORWARD_OPEN(name, parameters, last, arguments) \
  MEMPROF_EXPORT int name parameters {                          \
    va_list rest;                                               \
    va_start(rest, last);                                       \
    const unsigned mode = va_arg(rest, unsigned);               \
    va_end(rest);                                               \
    using Function = int (*) parameters;                        \
    static Function cache = nullptr;                            \
    const int value = Next<Function>(&cache, #name) arguments;  \
    memprof::OnDescriptorCall();                                \
    return value;                                               \
  }

MEMPROF_FORWARD_OPEN(open, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(open64, (const char* path, int flags, ...), flags, (path, flags, mode))
MEMPROF_FORWARD_OPEN(openat, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_FORWARD_OPEN(openat64, (int dir, const char* path, int flags, ...), flags,
                     (dir, path, flags, mode))
MEMPROF_FORWARD(int, __open_2, (const char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, __open64_2, (const char* path, int flags), (path, flags))
MEMPROF_FORWARD(int, creat, (const char* path, mode_t mode), (path, mode))
MEMPROF_FORWARD(int, creat64, (const char* path, mode_t mode), (path, mode))
MEMPROF_FORWARD(int, close, (int fd), (fd))
MEMPROF_FORWARD(int, close_range, (unsigned first, unsigned last, int flags), (first, last, flags))

MEMPROF_EXPORT void closefrom(int first) {
  using Function = void (*)(int);
  static Function cache = nullptr;
  Next<Function>(&cache, "closefrom")(first);
  memprof::OnDescriptorCall();
}

MEMPROF_FORWARD(int, dup, (int fd), (fd))
MEMPROF_FORWARD(int, dup2, (int fd, int target), (fd, target))
MEMPROF_FORWARD(int, dup3, (int fd, int target, int flags), (fd, target, flags))
MEMPROF_FORWARD(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
MEMPROF_FORWARD(int, socketpair, (int domain, int type, int protocol, int* pair),
                (domain, type, protocol, pair))
MEMPROF_FORWARD(int, accept, (int fd, struct sockaddr* peer, socklen_t* length),
                (fd, peer, length))
MEMPROF_FORWARD(int, accept4, (int fd, struct sockaddr* peer, socklen_t* length, int flags),
                (fd, peer, length, flags))
// Descriptors arrive in control messages.
MEMPROF_FORWARD(ssize_t, recvmsg, (int fd, struct msghdr* message, int flags),
                (fd, message, flags))
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

// fcntl duplicates with two of its commands; the third argument is a word in all of them.
MEMPROF_EXPORT int fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  using Function = int (*)(int, int, ...);
  static Function cache = nullptr;
  const int value = Next<Function>(&cache, "fcntl")(fd, command, argument);
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) memprof::OnDescriptorCall();
  return value;
}

MEMPROF_EXPORT int fcntl64(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return fcntl(fd, command, argument);
}
