// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/snapshot/taken_snapshot.h"

// Pages that /proc/self/maps calls readable, and that are not.
namespace memprof {
namespace {

constexpr size_t kPage = 4096;
constexpr int kInstallGuard = 102;  // MADV_GUARD_INSTALL, which older headers lack

__attribute__((noinline)) Hidden MakeHeldBy(void** place) {
  void* const block = calloc(1, 1000);
  *place = block;
  return Hide(block);
}

TEST(BadPages, GuardsWithinAMappingAreReadAsZeros) {
  auto* const mapped = static_cast<char*>(
      mmap(nullptr, 3 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(mapped, MAP_FAILED);
  const Hidden block = MakeHeldBy(reinterpret_cast<void**>(mapped + 2 * kPage));
  if (madvise(mapped + kPage, kPage, kInstallGuard) != 0) {
    munmap(mapped, 3 * kPage);
    GTEST_SKIP() << "no such guards before Linux 6.13";
  }
  const TakenSnapshot taken;
  EXPECT_TRUE(taken.heap.whole()) << taken.heap.why_partial;
  EXPECT_TRUE(taken.Reaches(block));
  munmap(mapped, 3 * kPage);
}

TEST(BadPages, AFileThatWasCutOffUnderABlockIsReadAsZeros) {
  static char* held;
  held = static_cast<char*>(aligned_alloc(kPage, 3 * kPage));
  memset(held, 0, 3 * kPage);
  const Hidden block = MakeHeldBy(reinterpret_cast<void**>(held + 2 * kPage));
  const int file = memfd_create("empty", 0);
  ASSERT_NE(mmap(held + kPage, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0),
            MAP_FAILED);
  {
    const TakenSnapshot taken;
    EXPECT_TRUE(taken.heap.whole()) << taken.heap.why_partial;
    EXPECT_TRUE(taken.Reaches(block));
  }
  mmap(held + kPage, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  close(file);
  free(held);
  held = nullptr;
}

}  // namespace
}  // namespace memprof
