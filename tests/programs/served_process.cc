// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Runs until its standard input ends. ARGUMENTS: blocks to keep, bytes of each, threads that
// allocate and free meanwhile, and what it does first ("close": closes all descriptors but 0 to 2;
// "user": becomes nobody; "fork": has a child that ends by exit). It prints "ready" and how many
// descriptors are open, then at the end how often its threads went round, and its longest pause.
#include <dirent.h>
#include <grp.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
std::atomic<bool> g_ends{false};
std::atomic<long> g_rounds{0};
std::atomic<long> g_longest_ns{0};
std::vector<char*>* g_kept = nullptr;

__attribute__((noinline)) char* Make(std::size_t bytes) { return new char[bytes]; }

void Churn() {
  while (!g_ends) {
    const auto begin = Clock::now();
    std::vector<char*> blocks;
    for (std::size_t i = 0; i < 100; ++i) blocks.push_back(Make(16 + i));
    for (char* block : blocks) delete[] block;
    const long ns = std::chrono::nanoseconds(Clock::now() - begin).count();
    if (ns > g_longest_ns) g_longest_ns = ns;
    ++g_rounds;
  }
}

int OpenDescriptors() {
  int count = -3;  // ".", "..", and the directory's own
  DIR* const directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

/// Whether a child that allocates and ends by itself came to a good end.
bool HasChild() {
  const pid_t child = fork();
  if (child == 0) {
    delete[] Make(100000);
    std::exit(5);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 5;
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int i) {
    return count > i ? std::strtoul(arguments[i], nullptr, 10) : 0;
  };
  const char* const first = count > 4 ? arguments[4] : "";
  if (std::strcmp(first, "close") == 0) {
    for (int fd = 3; fd < 4096; ++fd) close(fd);
  }
  if (std::strcmp(first, "user") == 0 &&
      (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0)) {
    return 1;
  }
  if (std::strcmp(first, "fork") == 0 && !HasChild()) return 1;
  g_kept = new std::vector<char*>;
  for (std::size_t i = 0; i < number(1); ++i) {
    g_kept->push_back(Make(number(2)));
    *g_kept->back() = 1;
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < number(3); ++i) threads.emplace_back(Churn);
  std::printf("ready %d\n", OpenDescriptors());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  g_ends = true;
  for (std::thread& thread : threads) thread.join();
  std::printf("rounds %ld longest_ns %ld\n", g_rounds.load(), g_longest_ns.load());
}
