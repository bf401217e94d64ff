// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/hooks/stream_descriptor.h"

// GoogleTest's streaming listener, led to us instead of to a peer. The driver sets MEMPROF_STREAM=1
// and GTEST_STREAM_RESULT_TO to some host:port, and GoogleTest asks for
//
//     getaddrinfo(host, port) ─► an address of a family that only we know
//     socket(that family)     ─► a number that is no descriptor      (descriptor_hooks.cc)
//     connect(that number)    ─► success, and nothing is connected
//     write(that number)      ─► the boundary                        ─► OnStreamWrite
//     close(that number)      ─► success                             (descriptor_hooks.cc)
//
// so there is no port, no peer and no descriptor, also where there is no network at all. A static
// executable, or one that a child starts without us, must not find the variable: it would try to
// connect in earnest, and GoogleTest aborts where it cannot. So it is taken out of the environment
// as soon as GoogleTest has read it.

namespace {

using memprof::kStreamDescriptor;
using memprof::kStreamFamily;
using memprof::Next;

constexpr char kTargetVariable[] = "GTEST_STREAM_RESULT_TO";

char g_target[256];  // host:port, empty where we are not asked to answer

sockaddr g_address;
addrinfo g_answer;

__attribute__((constructor(102))) void ReadTarget() {
  const char* const mode = getenv("MEMPROF_STREAM");
  const char* const target = getenv(kTargetVariable);
  if (mode == nullptr || strcmp(mode, "1") != 0 || target == nullptr) return;
  if (strlen(target) < sizeof(g_target)) strcpy(g_target, target);
}

bool IsTarget(const char* host, const char* port) {
  if (g_target[0] == '\0' || host == nullptr || port == nullptr) return false;
  const size_t length = strlen(host);
  return strncmp(g_target, host, length) == 0 && g_target[length] == ':' &&
         strcmp(g_target + length + 1, port) == 0;
}

ssize_t WriteByKernel(int fd, const void* bytes, size_t count) {
  return syscall(SYS_write, fd, bytes, count);
}

}  // namespace

MEMPROF_EXPORT int getaddrinfo(const char* host, const char* port, const addrinfo* hints,
                               addrinfo** answer) {
  if (__builtin_expect(IsTarget(host, port), 0)) {
    g_address.sa_family = kStreamFamily;
    g_answer.ai_family = kStreamFamily;
    g_answer.ai_socktype = SOCK_STREAM;
    g_answer.ai_addr = &g_address;
    g_answer.ai_addrlen = sizeof(g_address);
    *answer = &g_answer;
    unsetenv(kTargetVariable);
    return 0;
  }
  MEMPROF_NEXT_FUNCTION(next, "getaddrinfo");
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  return Next<Function>(&next)(host, port, hints, answer);
}

MEMPROF_EXPORT void freeaddrinfo(addrinfo* answer) {
  if (answer == &g_answer) return;
  MEMPROF_NEXT_FUNCTION(next, "freeaddrinfo");
  Next<void (*)(addrinfo*)> (&next)(answer);
}

MEMPROF_EXPORT int connect(int fd, const sockaddr* address, socklen_t length) {
  if (fd == kStreamDescriptor) return 0;
  MEMPROF_NEXT_FUNCTION(next, "connect");
  return Next<int (*)(int, const sockaddr*, socklen_t)>(&next)(fd, address, length);
}

MEMPROF_EXPORT ssize_t write(int fd, const void* bytes, size_t count) {
  if (__builtin_expect(fd == kStreamDescriptor, 0)) {
    memprof::OnStreamWrite(static_cast<const char*>(bytes), count);
    return static_cast<ssize_t>(count);
  }
  MEMPROF_NEXT_FUNCTION(next, "write");
  // No look-up here: dlsym itself may say something, and sanitizers do before anything is resolved.
  void* const found = __atomic_load_n(&next.address, __ATOMIC_RELAXED);
  using Function = ssize_t (*)(int, const void*, size_t);
  const Function real = found != nullptr ? reinterpret_cast<Function>(found) : &WriteByKernel;
  return real(fd, bytes, count);
}
