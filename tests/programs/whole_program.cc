// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// No GoogleTest: keeps 1,000 blocks in a static vector, loses 10, opens a file, and ends as the
// first argument says. Compiled with call-frame information, so that stacks lead to main.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Cache {
  std::vector<char*> blocks;
  ~Cache() {
    for (char* block : blocks) delete[] block;
  }
};
Cache g_cache;
volatile char* g_last = nullptr;

__attribute__((noinline)) void Keep() {
  for (int i = 0; i < 1000; ++i) g_cache.blocks.push_back(new char[100]);
}

__attribute__((noinline)) void Lose() {
  for (int i = 0; i < 10; ++i) g_last = new char[77];
  g_last = nullptr;
}

__attribute__((noinline)) void Peak() {
  std::vector<char> large(8 << 20, 'x');
  g_last = large.data();
  g_last = nullptr;
}

void End(const std::string& how) {
  if (how == "exit") std::exit(3);
  if (how == "quick_exit") std::quick_exit(3);
  if (how == "_exit") _exit(3);
  if (how == "abort") std::abort();
  if (how == "crash") raise(SIGSEGV);
  if (how == "kill") sleep(2), raise(SIGKILL);
  if (how == "fork") {
    if (fork() == 0) End("exit");
  }
  if (how == "daemon" && daemon(1, 1) == 0) _exit(0);
  if (how == "pthread_exit") pthread_exit(nullptr);
  if (how == "exec") execl("/proc/self/exe", "again", "return", nullptr);
}

}  // namespace

int main(int count, char** arguments) {
  Keep();
  Lose();
  Peak();
  static_cast<void>(open("/dev/null", O_RDONLY));
  End(count > 1 ? arguments[1] : "return");
}
