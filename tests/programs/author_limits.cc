// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Limits of whole tests, deliberate keeps and what is ignored.
#include <gtest/gtest.h>

#include "memprof/gtest.h"

namespace {

char* volatile g_block = nullptr;

TEST(Limits, ThatHold) {
  memprof::LimitPeak(4096);
  memprof::LimitKept(0);
  memprof::LimitAllocations(3);  // GoogleTest itself makes two
  g_block = new char[1000];
  delete[] g_block;
}
TEST(Limits, PeakIsBroken) {
  memprof::LimitPeak(4096);
  g_block = new char[5000];
  delete[] g_block;
}
TEST(Limits, KeptIsBroken) {
  memprof::LimitKept(1000);
  memprof::LimitKept(100);  // the lowest counts
  memprof::LimitKept(2000);
  g_block = new char[200];
}
TEST(Limits, AllocationsIsBroken) {
  memprof::LimitAllocations(3);
  for (int i = 0; i < 10; ++i) {
    g_block = new char[10];
    delete[] g_block;
  }
}

class SetInSetUp : public testing::Test {
 protected:
  void SetUp() override { memprof::LimitKept(0); }
};
TEST_F(SetInSetUp, KeptIsBroken) { g_block = new char[200]; }

TEST(Kept, OnPurpose) {
  memprof::LimitKept(0);
  for (int i = 0; i < 2; ++i) memprof::Keeps(112, "two \"registered\" names");
  for (int i = 0; i < 2; ++i) g_block = new char[100];
}
TEST(Kept, MoreThanOnPurpose) {
  memprof::LimitKept(0);
  memprof::Keeps(64, "a name");
  g_block = new char[200];
}
TEST(Ignored, IsNobodysFinding) {
  memprof::LimitKept(0);
  memprof::LimitAllocations(2);
  const memprof::IgnoreScope ignored;
  EXPECT_NO_ALLOCATIONS {
    const memprof::IgnoreScope inner;
    for (int i = 0; i < 5; ++i) g_block = new char[1000];
  }
}

}  // namespace
