// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/authored_test.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

record::Window Measured(std::int64_t peak, std::int64_t kept, std::uint64_t allocations) {
  record::Window window = {};
  window.measured = record::kHeapMeasured;
  window.peak_bytes = peak;
  window.kept_bytes = kept;
  window.allocations = allocations;
  return window;
}

std::vector<std::string> BrokenLimits(const AuthoredTest& test) {
  std::vector<std::string> messages;
  memprof_broken_limit broken;
  for (std::uint32_t i = 0; test.Broken(i, &broken); ++i) {
    messages.push_back(std::string(broken.file) + ":" + std::to_string(broken.line) + ": " +
                       broken.message);
  }
  return messages;
}

class AuthoredTestTest : public testing::Test {
 protected:
  void SetUp() override { test_.Begin(); }
  AuthoredTest test_;
};

TEST_F(AuthoredTestTest, ALimitHoldsUpToItselfAndNotBeyond) {
  test_.AddLimit(MEMPROF_LIMIT_PEAK_BYTES, 100, "a.cc", 3);
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 10, "a.cc", 4);
  test_.AddLimit(MEMPROF_LIMIT_ALLOCATIONS, 2, "a.cc", 5);
  test_.End(Measured(100, 10, 2), {});
  EXPECT_TRUE(BrokenLimits(test_).empty());
  test_.End(Measured(101, 11, 3), {});
  const std::vector<std::string> broken = BrokenLimits(test_);
  ASSERT_EQ(broken.size(), 3u);
  EXPECT_EQ(broken[1],
            "a.cc:4: This test kept 11 bytes more than it found, and may keep 10 "
            "(memprof::LimitKept).");
}

TEST_F(AuthoredTestTest, OfSeveralLimitsTheLowestCountsWithItsPlace) {
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 50, "a.cc", 1);
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 5, "b.cc", 2);
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 70, "c.cc", 3);
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, -1, "d.cc", 4);
  test_.End(Measured(0, 6, 0), {});
  const std::vector<std::string> broken = BrokenLimits(test_);
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0].substr(0, 7), "b.cc:2:");
}

TEST_F(AuthoredTestTest, WhatIsIgnoredOrKeptOnPurposeBreaksNoLimit) {
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 0, "a.cc", 1);
  test_.AddLimit(MEMPROF_LIMIT_ALLOCATIONS, 1, "a.cc", 2);
  test_.AddKeeps(20, "why", "a.cc", 3);
  test_.AddKeeps(20, "why", "a.cc", 3);
  test_.End(Measured(0, 100, 5), {60, 3, 4});
  EXPECT_TRUE(BrokenLimits(test_).empty());
  test_.End(Measured(0, 101, 5), {60, 3, 4});
  EXPECT_EQ(BrokenLimits(test_).size(), 1u);
}

TEST_F(AuthoredTestTest, KeepingLessThanAnnouncedIsNotAReleaseOfSomethingElse) {
  test_.AddKeeps(1000, "why", "a.cc", 3);
  test_.End(Measured(0, 100, 1), {});
  EXPECT_EQ(test_.Unintended().kept_bytes, 0);
  test_.End(Measured(0, -50, 1), {});
  EXPECT_EQ(test_.Unintended().kept_bytes, -50);
}

TEST_F(AuthoredTestTest, AnUnmeasuredHeapBreaksNoLimit) {
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 0, "a.cc", 1);
  record::Window window = Measured(9, 9, 9);
  window.measured = 0;
  test_.End(window, {});
  EXPECT_TRUE(BrokenLimits(test_).empty());
}

TEST_F(AuthoredTestTest, NothingIsTakenBetweenTestsNorFromTheLastOne) {
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 0, "a.cc", 1);
  test_.AddKeeps(5, "why", "a.cc", 1);
  test_.End(Measured(0, 0, 0), {});
  test_.AddLimit(MEMPROF_LIMIT_PEAK_BYTES, 0, "a.cc", 2);
  test_.Begin();
  test_.End(Measured(100, 100, 100), {});
  EXPECT_TRUE(BrokenLimits(test_).empty());
  EXPECT_EQ(test_.Unintended().kept_bytes, 100);
}

TEST_F(AuthoredTestTest, KeepsOfManyPlacesLoseNoBytes) {
  for (int line = 1; line <= 40; ++line) test_.AddKeeps(1, "why", "a.cc", line);
  test_.End(Measured(0, 41, 0), {});
  EXPECT_EQ(test_.Unintended().kept_bytes, 1);
}

TEST_F(AuthoredTestTest, PlacesAndReasonsOfAnyLengthAreCut) {
  const std::string file(5000, 'f');
  test_.AddLimit(MEMPROF_LIMIT_KEPT_BYTES, 0, file.c_str(), 1);
  test_.AddKeeps(0, file.c_str(), nullptr, -3);
  test_.End(Measured(0, 1, 0), {});
  EXPECT_EQ(BrokenLimits(test_).size(), 1u);
}

}  // namespace
}  // namespace memprof
