// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Shared memory holds blocks as other memory does, but the copy of the process has none of its
// pages until it reads them.
#include <gtest/gtest.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtest_plugin/trace/trace.h"
#include "tests/unit/snapshot/taken_snapshot.h"

namespace memprof {
namespace {

constexpr size_t kBytes = 1000;
constexpr size_t kPage = 4096;
constexpr int kWritable = PROT_READ | PROT_WRITE;

/// Puts a new block's address at `place`, in frames that are gone when it returns.
__attribute__((noinline)) Hidden MakeAt(void** place) {
  *place = calloc(1, kBytes);
  return Hide(*place);
}

/// Writes over what earlier calls left on the stack and in registers.
__attribute__((noinline)) void Scrub() {
  volatile char stale[16384];
  for (volatile char& byte : stale) byte = 0;
}

int MemoryFile(size_t bytes) {
  const int fd = memfd_create("arena", MFD_CLOEXEC);
  EXPECT_EQ(ftruncate(fd, static_cast<off_t>(bytes)), 0);
  return fd;
}

TEST(SharedMemory, HoldsBlocks) {
  const int fd = MemoryFile(kPage);
  const struct {
    const char* what;
    int flags;
    int fd;
  } rows[] = {
      {"a shared mapping of no file", MAP_SHARED | MAP_ANONYMOUS, -1},
      {"a file in memory", MAP_SHARED, fd},
      {"a private copy of a file in memory", MAP_PRIVATE, fd},
  };
  for (const auto& row : rows) {
    void* const mapped = mmap(nullptr, kPage, kWritable, row.flags, row.fd, 0);
    ASSERT_NE(mapped, MAP_FAILED) << row.what;
    const Hidden block = MakeAt(static_cast<void**>(mapped) + 7);
    Scrub();
    const TakenSnapshot taken;
    EXPECT_TRUE(taken.heap.whole()) << taken.heap.why_partial;
    const auto roots = taken.RootsOf(block);
    ASSERT_GE(roots.size(), 1u) << row.what << '\n' << taken.WhatHolds(block);
    EXPECT_EQ(roots[0].kind, record::kRootMapping) << row.what;
    EXPECT_EQ(roots[0].weak, 0u) << row.what;
    munmap(mapped, kPage);
    free(Show(block));
  }
  close(fd);
}

TEST(SharedMemory, IsReadWhereItWasTouchedAlone) {
  constexpr size_t kSize = size_t{16} << 30;
  const int fd = MemoryFile(kSize);
  void* const mapped = mmap(nullptr, kSize, kWritable, MAP_SHARED | MAP_NORESERVE, fd, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  const Hidden block = MakeAt(static_cast<void**>(mapped) + kSize / 16);
  Scrub();
  const TakenSnapshot taken;
  struct stat file;
  ASSERT_EQ(fstat(fd, &file), 0);
  EXPECT_LE(file.st_blocks * 512, 2 * int64_t{kPage}) << "the snapshot made pages of the program's";
  EXPECT_LT(taken.seconds, 3.0);
  EXPECT_TRUE(taken.Reaches(block)) << taken.WhatHolds(block);
  munmap(mapped, kSize);
  close(fd);
  free(Show(block));
}

TEST(SharedMemory, MayHaveBeenMadeShorterThanItsMapping) {
  const int fd = MemoryFile(64 * kPage);
  void* const mapped = mmap(nullptr, 64 * kPage, kWritable, MAP_SHARED, fd, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  const Hidden block = MakeAt(static_cast<void**>(mapped) + 7);
  ASSERT_EQ(ftruncate(fd, kPage), 0);
  Scrub();
  const TakenSnapshot taken;
  EXPECT_TRUE(taken.Reaches(block)) << taken.WhatHolds(block);
  munmap(mapped, 64 * kPage);
  close(fd);
  free(Show(block));
}

}  // namespace
}  // namespace memprof
