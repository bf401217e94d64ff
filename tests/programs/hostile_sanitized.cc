// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

// Volatile, so that no compiler leaves out what is made here.
char* volatile kept;
volatile int number = INT_MAX;

TEST(Sanitized, LosesABlock) {
  kept = new char[1000];
  kept = nullptr;
}

TEST(Sanitized, GivesAllBack) {
  std::vector<std::string> words(100, std::string(100, 'x'));
  char* grown = static_cast<char*>(std::malloc(10));
  grown = static_cast<char*>(std::realloc(grown, 100000));
  kept = grown;
  std::free(grown);
  void* aligned = nullptr;
  ASSERT_EQ(posix_memalign(&aligned, 64, 640), 0);
  std::free(aligned);
  kept = nullptr;
  std::thread([] { delete[] new char[100]; }).join();
}

TEST(Sanitized, LeavesADescriptorOpen) { ASSERT_GE(open("/dev/null", O_RDONLY), 0); }

// Run only where a row asks for them: the first is AddressSanitizer's to report, the second
// UndefinedBehaviorSanitizer's, the third ThreadSanitizer's.
TEST(Wrong, UsesAFreedBlock) {
  char* block = new char[8];
  kept = block;
  delete[] block;
  EXPECT_NE(kept[1], 77);
}

TEST(Wrong, Overflows) { EXPECT_LT(number + 1, 0); }

TEST(Wrong, FreesTwice) {
  kept = new char[8];
  delete[] kept;
  delete[] kept;
}

}  // namespace
