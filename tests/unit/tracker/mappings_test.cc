// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/mappings.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <thread>
#include <vector>

namespace memprof {
namespace {

constexpr std::size_t kPage = 4096;

char* Map(std::size_t pages, void* where = nullptr, int flags = 0) {
  void* mapped = mmap(where, pages * kPage, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  EXPECT_NE(mapped, MAP_FAILED);
  return static_cast<char*>(mapped);
}

class Mappings : public testing::Test {
 protected:
  void SetUp() override {
    if (sysconf(_SC_PAGESIZE) != static_cast<long>(kPage)) GTEST_SKIP() << "pages of other sizes";
    start_ = ReadMappingTotals();
  }
  /// Pages and ranges since the test began.
  void Expect(std::int64_t pages, int ranges) const {
    const MappingTotals now = ReadMappingTotals();
    EXPECT_EQ(now.bytes - start_.bytes, pages * static_cast<std::int64_t>(kPage));
    EXPECT_EQ(now.mappings - start_.mappings, ranges);
    EXPECT_TRUE(now.measured);
  }

 private:
  MappingTotals start_;
};

TEST_F(Mappings, CountWhatIsMappedAndNotUnmapped) {
  char* const first = Map(4);
  Expect(4, 1);
  char* const second = Map(1);
  Expect(5, 2);
  munmap(first, 4 * kPage);
  Expect(1, 1);
  munmap(second, kPage);
  Expect(0, 0);
}

TEST_F(Mappings, APartOfAPageIsAPage) {
  void* mapped = mmap(nullptr, 100, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Expect(1, 1);
  munmap(mapped, 1);
  Expect(0, 0);
}

TEST_F(Mappings, UnmappedInTheMiddleLeavesTwo) {
  char* const mapped = Map(10);
  munmap(mapped + 4 * kPage, 2 * kPage);
  Expect(8, 2);
  munmap(mapped, kPage);
  Expect(7, 2);
  munmap(mapped + 9 * kPage, kPage);
  Expect(6, 2);
  munmap(mapped, 10 * kPage);  // holes and all
  Expect(0, 0);
}

TEST_F(Mappings, OneCallUnmapsSeveral) {
  char* const room = Map(9);
  munmap(room, 9 * kPage);
  Map(2, room, MAP_FIXED);
  Map(2, room + 3 * kPage, MAP_FIXED);
  Map(2, room + 6 * kPage, MAP_FIXED);
  Expect(6, 3);
  munmap(room + kPage, 6 * kPage);
  Expect(2, 2);
  munmap(room, 9 * kPage);
  Expect(0, 0);
}

TEST_F(Mappings, MapFixedReplacesWhatWasThere) {
  char* const mapped = Map(10);
  Map(2, mapped + 4 * kPage, MAP_FIXED);
  Expect(10, 3);
  munmap(mapped, 10 * kPage);
  Expect(0, 0);
}

TEST_F(Mappings, MremapMovesGrowsAndShrinks) {
  char* mapped = Map(4);
  mapped = static_cast<char*>(mremap(mapped, 4 * kPage, 400 * kPage, MREMAP_MAYMOVE));
  ASSERT_NE(mapped, MAP_FAILED);
  Expect(400, 1);
  EXPECT_EQ(mremap(mapped, 400 * kPage, 3 * kPage, 0), mapped);
  Expect(3, 1);
  char* const target = Map(3);
  EXPECT_EQ(mremap(mapped, 3 * kPage, 3 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, target), target);
  Expect(3, 1);
  munmap(target, 3 * kPage);
  Expect(0, 0);
}

TEST_F(Mappings, MremapThatKeepsTheOldPlaceCountsBoth) {
  char* const mapped = Map(2);
  void* const moved =
      mremap(mapped, 2 * kPage, 2 * kPage, MREMAP_MAYMOVE | 4 /* MREMAP_DONTUNMAP */, nullptr);
  if (moved == MAP_FAILED) {
    munmap(mapped, 2 * kPage);
    GTEST_SKIP() << "this kernel cannot";
  }
  Expect(4, 2);
  munmap(mapped, 2 * kPage);
  munmap(moved, 2 * kPage);
  Expect(0, 0);
}

TEST_F(Mappings, CallsThatTheKernelRefusesChangeNothing) {
  char* const mapped = Map(4);
  errno = 0;
  EXPECT_EQ(munmap(mapped + kPage, 0), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(munmap(mapped + 1, kPage), -1);
  EXPECT_EQ(mmap(nullptr, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(mremap(mapped, 4 * kPage, SIZE_MAX / 2, MREMAP_MAYMOVE), MAP_FAILED);
  Expect(4, 1);
  munmap(mapped, 4 * kPage);
  Expect(0, 0);
}

TEST_F(Mappings, AreCountedOverThreadsAndForks) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  threads.emplace_back([&stop] {
    while (!stop) munmap(Map(3), 3 * kPage);
  });
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&stop] {
      while (!stop) ReadMappingTotals();  // holds the lock for most of its time
    });
  }
  // A child must not wait for a lock that a thread of its parent held.
  int status = 0;
  for (int i = 0; i < 100 && status == 0; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(5);
      munmap(Map(1), kPage);
      _exit(0);
    }
    waitpid(child, &status, 0);
  }
  EXPECT_EQ(status, 0) << "killed by its alarm";
  stop = true;
  for (std::thread& thread : threads) thread.join();
  Expect(0, 0);
}

}  // namespace
}  // namespace memprof
