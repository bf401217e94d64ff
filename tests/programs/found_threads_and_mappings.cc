// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One test for each way to start a thread or to map memory, which leaves one more a run, by the
// call marked `makes`.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <future>
#include <thread>

constexpr size_t kSize = 65536;

void Block() {
  for (;;) pause();
}

TEST(Starts, ByThread) {
  std::thread worker(Block);  // makes
  worker.detach();
}

TEST(Starts, ByPthread) {
  pthread_t worker;
  auto block = [](void*) -> void* {
    Block();
    return nullptr;
  };
  const int status = pthread_create(&worker, nullptr, block, nullptr);  // makes
  ASSERT_EQ(status, 0);
  pthread_detach(worker);
}

TEST(Starts, ByAsync) {
  auto started = std::async(std::launch::async, Block);  // makes
  static std::vector<std::future<void>>* futures = new std::vector<std::future<void>>(2000);
  static size_t next = 0;
  (*futures)[next++] = std::move(started);
}

TEST(Maps, Anonymously) {
  void* mapped = mmap(nullptr, kSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // makes
  ASSERT_NE(mapped, MAP_FAILED);
}

TEST(Maps, AFile) {
  const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  void* mapped = mmap(nullptr, kSize, PROT_READ, MAP_SHARED, file, 0);  // makes
  ASSERT_NE(mapped, MAP_FAILED);
  close(file);
}

TEST(Maps, ByMovingOne) {
  void* small = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(small, MAP_FAILED);
  void* mapped = mremap(small, 4096, kSize, MREMAP_MAYMOVE);  // makes
  ASSERT_NE(mapped, MAP_FAILED);
}
