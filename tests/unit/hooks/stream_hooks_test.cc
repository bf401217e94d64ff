// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/stream_descriptor.h"

namespace memprof {

std::string g_streamed;

// The tracker's half of the seam.
void OnStreamWrite(const char* bytes, size_t count) noexcept { g_streamed.append(bytes, count); }

namespace {

// Around the hooks' own constructor, and before the GoogleTest of these tests reads the variable.
__attribute__((constructor(101))) void AskForTheStream() {
  setenv("MEMPROF_STREAM", "1", 1);
  setenv("GTEST_STREAM_RESULT_TO", "127.77.1.2:7", 1);
}
__attribute__((constructor(103))) void HideTheStream() { unsetenv("GTEST_STREAM_RESULT_TO"); }

int Resolve(const char* host, const char* port, addrinfo** answer) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  return getaddrinfo(host, port, &hints, answer);
}

TEST(StreamHooks, TheTargetResolvesToOurFamilyAndLeavesTheEnvironment) {
  setenv("GTEST_STREAM_RESULT_TO", "127.77.1.2:7", 1);
  addrinfo* answer = nullptr;
  ASSERT_EQ(Resolve("127.77.1.2", "7", &answer), 0);
  EXPECT_EQ(answer->ai_family, kStreamFamily);
  EXPECT_EQ(answer->ai_socktype, SOCK_STREAM);
  EXPECT_EQ(answer->ai_next, nullptr);
  EXPECT_EQ(connect(kStreamDescriptor, answer->ai_addr, answer->ai_addrlen), 0);
  freeaddrinfo(answer);
  EXPECT_EQ(getenv("GTEST_STREAM_RESULT_TO"), nullptr);
  // A second GoogleTest in the process has read the variable too.
  ASSERT_EQ(Resolve("127.77.1.2", "7", &answer), 0);
  EXPECT_EQ(answer->ai_family, kStreamFamily);
  freeaddrinfo(answer);
}

TEST(StreamHooks, OtherNamesResolveAsEver) {
  for (const auto& [host, port] : {std::pair("127.0.0.1", "7"), std::pair("127.77.1.2", "70"),
                                   std::pair("127.77.1.20", "7"), std::pair("127.77.1", "7")}) {
    addrinfo* answer = nullptr;
    ASSERT_EQ(Resolve(host, port, &answer), 0) << host;
    EXPECT_EQ(answer->ai_family, AF_INET);
    freeaddrinfo(answer);
  }
  addrinfo* answer = nullptr;
  EXPECT_NE(getaddrinfo(nullptr, nullptr, nullptr, &answer), 0);
}

TEST(StreamHooks, WritesToTheStreamAreTakenAndNoOthers) {
  g_streamed.clear();
  errno = 123;
  EXPECT_EQ(write(kStreamDescriptor, "event=x\n", 8), 8);
  EXPECT_EQ(errno, 123);
  EXPECT_EQ(g_streamed, "event=x\n");
  int pair[2];
  ASSERT_EQ(pipe(pair), 0);
  EXPECT_EQ(write(pair[1], "event=y\n", 8), 8);
  char bytes[16];
  EXPECT_EQ(read(pair[0], bytes, sizeof(bytes)), 8);
  EXPECT_EQ(memcmp(bytes, "event=y\n", 8), 0);
  EXPECT_EQ(g_streamed, "event=x\n");
  close(pair[0]);
  close(pair[1]);
  EXPECT_EQ(write(pair[1], "z", 1), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(StreamHooks, OtherSocketsConnectAsEver) {
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name = {};
  name.sun_family = AF_UNIX;
  // Abstract, and bound by the kernel to a name of its choice.
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&name), sizeof(sa_family_t)), 0);
  socklen_t length = sizeof(name);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&name), &length), 0);
  const int client = socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&name), length), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  ASSERT_EQ(listen(listener, 1), 0);
  errno = 123;
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&name), length), 0);
  EXPECT_EQ(errno, 123);
  close(client);
  close(listener);
}

TEST(StreamHooks, NoKernelGivesTheStreamsNumber) {
  EXPECT_EQ(fcntl(0, F_DUPFD, kStreamDescriptor), -1);
  EXPECT_EQ(dup2(0, kStreamDescriptor), -1);
}

}  // namespace
}  // namespace memprof
