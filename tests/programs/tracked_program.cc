// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// No GoogleTest, for memprof exec and memprof objects --pid. Keeps Sessions (MiB of them as the
// second argument says, else 2) in a static vector, loses 12 Orders, leaves a file open, and ends
// as the first argument says; "serve" works on until its input ends.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Session {
  char data[1024] = {};
};
struct Order {
  long number = 0;
};

std::vector<std::unique_ptr<Session>> g_sessions;
Order* volatile g_order = nullptr;

__attribute__((noinline)) void Keep(std::size_t mebibytes) {
  for (std::size_t i = 0; i < mebibytes << 10; ++i) {
    g_sessions.push_back(std::make_unique<Session>());  // a Session
  }
}

__attribute__((noinline)) void Lose() {
  for (int i = 0; i < 12; ++i) g_order = new Order;  // an Order
  g_order = nullptr;
}

// Its input is asked for now and then, so that the threads' work is seen to go on meanwhile.
void Serve() {
  std::printf("ready\n");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
    std::vector<std::string> work(100, std::string(100, 'x'));
    std::printf("worked %zu\n", work.size());
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string how = count > 1 ? arguments[1] : "return";
  Keep(count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 2);
  Lose();
  static_cast<void>(open("/etc/hostname", O_RDONLY));  // left open
  if (how == "serve") Serve();
  if (how == "exit7") std::exit(7);
  if (how == "crash") raise(SIGSEGV);
  if (how == "killed") raise(SIGKILL);
  if (how == "interrupt") raise(SIGINT);
  if (how == "hang") pause();
  if (how == "fork" && fork() == 0) _exit(0);
  if (how == "daemon" && daemon(0, 0) != 0) return 9;
  if (how == "echo") {
    for (int c = std::getchar(); c != EOF; c = std::getchar()) std::putchar(c);
    std::fprintf(stderr, "own error\n");
  }
}
