// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Each budget of memprof/gtest.h held and broken. C++14, as the header is.
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include "memprof/gtest.h"

namespace {

char* volatile g_block = nullptr;
char* volatile g_kept = nullptr;

// noinline, so that the message can name it.
__attribute__((noinline)) void MakeAndForget(std::size_t bytes) {
  g_block = new char[bytes];
  delete[] g_block;
}
__attribute__((noinline)) void Keep(std::size_t bytes) { g_kept = new char[bytes]; }

TEST(Held, NoAllocations) {
  EXPECT_NO_ALLOCATIONS {}
  ASSERT_NO_ALLOCATIONS { g_block = nullptr; }
}
TEST(Held, Allocations) {
  EXPECT_ALLOCATIONS_AT_MOST(1) { MakeAndForget(10); }
  ASSERT_ALLOCATIONS_AT_MOST(2) {
    MakeAndForget(10);
    MakeAndForget(10);
  }
}
TEST(Held, AllocatedBytes) {
  EXPECT_ALLOCATED_BYTES_AT_MOST(1024) { MakeAndForget(1000); }
  ASSERT_ALLOCATED_BYTES_AT_MOST(1024) { MakeAndForget(1000); }
}
TEST(Held, Peak) {
  EXPECT_PEAK_AT_MOST(1024) {
    for (int i = 0; i < 100; ++i) MakeAndForget(1000);
  }
  ASSERT_PEAK_AT_MOST(1024) { MakeAndForget(1000); }
}
TEST(Held, Kept) {
  EXPECT_KEPT_AT_MOST(64) {
    Keep(30);
    MakeAndForget(1000);
  }
  delete[] g_kept;
  ASSERT_KEPT_AT_MOST(0) { MakeAndForget(1000); }
  EXPECT_NOTHING_KEPT { MakeAndForget(1000); }
  ASSERT_NOTHING_KEPT { MakeAndForget(1000); }
}
TEST(Held, ComparisonsThatHoldAllocateNothing) {
  const std::string text = "a text that is longer than fits into the string itself";
  const std::string same = text;
  ASSERT_NO_ALLOCATIONS {
    EXPECT_EQ(text, same);
    EXPECT_TRUE(text == same);
    EXPECT_STREQ(text.c_str(), same.c_str());
    EXPECT_LT(1, 2);
    EXPECT_NEAR(1.0, 1.1, 0.2);
    ASSERT_NE(text, "other");
  }
}

TEST(Broken, NoAllocations) {
  EXPECT_NO_ALLOCATIONS { MakeAndForget(100); }
}
TEST(Broken, Allocations) {
  EXPECT_ALLOCATIONS_AT_MOST(2) {
    for (int i = 0; i < 3; ++i) MakeAndForget(100);
  }
}
TEST(Broken, AllocatedBytes) {
  EXPECT_ALLOCATED_BYTES_AT_MOST(1000) {
    for (int i = 0; i < 3; ++i) MakeAndForget(500);
  }
}
TEST(Broken, Peak) {
  EXPECT_PEAK_AT_MOST(50000) { MakeAndForget(60000); }
}
TEST(Broken, Kept) {
  EXPECT_KEPT_AT_MOST(100) { Keep(200); }
  delete[] g_kept;
}
TEST(Broken, NothingKept) {
  EXPECT_NOTHING_KEPT { Keep(20); }
  delete[] g_kept;
}

TEST(Asserted, NoAllocations) {
  ASSERT_NO_ALLOCATIONS { MakeAndForget(100); }
  ADD_FAILURE() << "ran on";
}
TEST(Asserted, Allocations) {
  ASSERT_ALLOCATIONS_AT_MOST(0) { MakeAndForget(100); }
  ADD_FAILURE() << "ran on";
}
TEST(Asserted, AllocatedBytes) {
  ASSERT_ALLOCATED_BYTES_AT_MOST(10) { MakeAndForget(100); }
  ADD_FAILURE() << "ran on";
}
TEST(Asserted, Peak) {
  ASSERT_PEAK_AT_MOST(10) { MakeAndForget(100); }
  ADD_FAILURE() << "ran on";
}
TEST(Asserted, Kept) {
  ASSERT_KEPT_AT_MOST(10) { Keep(100); }
  ADD_FAILURE() << "ran on";
}
TEST(Asserted, NothingKept) {
  ASSERT_NOTHING_KEPT { Keep(100); }
  ADD_FAILURE() << "ran on";
}

// How a block may be left, and where it may stand.
int ReturnsFromWithin() {
  EXPECT_NO_ALLOCATIONS {
    MakeAndForget(100);
    return 1;
  }
  return 2;
}
void Throws() {
  EXPECT_NO_ALLOCATIONS { throw std::runtime_error("its own block is not the budget's affair"); }
}

TEST(Left, ByReturn) { EXPECT_EQ(ReturnsFromWithin(), 1); }
TEST(Left, ByBreak) {
  EXPECT_NO_ALLOCATIONS {
    MakeAndForget(100);
    if (g_block != nullptr) break;
    MakeAndForget(100);
  }
}
TEST(Left, ByException) { EXPECT_THROW(Throws(), std::runtime_error); }
TEST(Left, WithoutBracesAroundIt) {
  int value;
  if (g_block != nullptr) EXPECT_NO_ALLOCATIONS {
      value = 1;
    }
  else
    value = 2;
  EXPECT_GT(value, 0);
}
TEST(Nested, TheInnerBreaksOnlyItsOwn) {
  EXPECT_ALLOCATIONS_AT_MOST(3) {
    MakeAndForget(50);
    EXPECT_NO_ALLOCATIONS { MakeAndForget(60); }
    MakeAndForget(70);
  }
}
TEST(Nested, TheOuterCountsWhatTheInnerDoes) {
  EXPECT_PEAK_AT_MOST(1000) {
    EXPECT_PEAK_AT_MOST(6000) { MakeAndForget(5000); }
    EXPECT_PEAK_AT_MOST(600) { MakeAndForget(500); }
  }
}
TEST(Threads, AnotherThreadsAllocationsAreItsOwn) {
  std::thread other([] {
    EXPECT_ALLOCATIONS_AT_MOST(1000) {
      for (int i = 0; i < 1000; ++i) MakeAndForget(100);
    }
  });
  EXPECT_NO_ALLOCATIONS {
    for (int i = 0; i < 1000; ++i) g_block = nullptr;
  }
  other.join();
}
TEST(Threads, AllOfThemWhereAskedFor) {
  memprof::Scope mine;
  memprof::Scope all(memprof::Threads::kAll);
  std::thread([] { MakeAndForget(1000000); }).join();
  const memprof::Usage usage = all.usage();
  if (!usage.is_measured) GTEST_SKIP() << memprof::WhyNotMeasured();
  EXPECT_GE(usage.allocations, 2u);
  EXPECT_GE(usage.peak_bytes, 1000000 - 32768);
  EXPECT_LT(usage.kept_bytes, 1000000);
  EXPECT_LT(mine.usage().peak_bytes, 100000);
}
TEST(Children, ABlockInAForkedChildDoesNoHarm) {
  const memprof::Scope open;
  EXPECT_EXIT(
      {
        EXPECT_NOTHING_KEPT { MakeAndForget(100); }
        std::exit(open.usage().peak_bytes >= 0 ? 3 : 4);
      },
      testing::ExitedWithCode(3), "");
}

}  // namespace
