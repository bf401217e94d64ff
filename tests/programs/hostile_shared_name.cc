// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Four tests that lose memory and hold one name of the machine for a while, as a port or a lock
// file: at the same time only one of them can pass. SHARED_NAME is that name.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

char* volatile lost = nullptr;

struct Shared : testing::Test {
  Shared() {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    // An abstract name, which goes with the socket.
    std::strncpy(address.sun_path + 1, std::getenv("SHARED_NAME"), sizeof(address.sun_path) - 2);
    bound = bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Shared() override { close(socket_); }
  void Use() {
    ASSERT_TRUE(bound) << "somebody else has it";
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    lost = new char[100];
    lost = nullptr;
  }
  const int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool bound = false;
};

TEST_F(Shared, A) { Use(); }
TEST_F(Shared, B) { Use(); }
TEST_F(Shared, C) { Use(); }
TEST_F(Shared, D) { Use(); }
