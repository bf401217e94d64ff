// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/pairs.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "gtest_plugin/tracker/gauges.h"

namespace memprof {
namespace {

/// A kind of each test's own.
std::uint32_t NewKind() {
  static int kinds = 0;
  const std::string name = "kind " + std::to_string(++kinds);
  const std::uint32_t kind = GaugeNumber(name.c_str(), record::kPairGauge);
  ExpectObjects(kind, true);
  return kind;
}

TEST(PairedObjects, AreCountedUntilTheyAreReleased) {
  const std::uint32_t kind = NewKind();
  AcquireObject(kind, 0x1000, 0);
  AcquireObject(kind, 0x2000, 0);
  EXPECT_EQ(CountObjects(kind).count, 2);
  EXPECT_TRUE(ReleaseObject(kind, 0x1000).was_there);
  EXPECT_EQ(CountObjects(kind).count, 1);
  EXPECT_TRUE(CountObjects(kind).is_complete);
}

TEST(PairedObjects, AcquiredTwiceAreReleasedTwice) {
  const std::uint32_t kind = NewKind();
  AcquireObject(kind, 0x1000, 7);
  AcquireObject(kind, 0x1000, 8);
  EXPECT_EQ(ReleaseObject(kind, 0x1000).origin, 8u);
  EXPECT_EQ(ReleaseObject(kind, 0x1000).origin, 7u);
  EXPECT_FALSE(ReleaseObject(kind, 0x1000).was_there);
  EXPECT_EQ(CountObjects(kind).count, 0);
}

TEST(PairedObjects, OfNobodyAndOfOtherKindsAreNotReleased) {
  const std::uint32_t kind = NewKind();
  const std::uint32_t other = NewKind();
  AcquireObject(kind, 0x1000, 0);
  AcquireObject(kind, 0, 0);
  EXPECT_FALSE(ReleaseObject(other, 0x1000).was_there);
  EXPECT_FALSE(ReleaseObject(kind, 0x3000).was_there);
  EXPECT_FALSE(ReleaseObject(kind, 0).was_there);
  EXPECT_EQ(CountObjects(kind).count, 1);
  EXPECT_EQ(CountObjects(other).count, 0);
}

TEST(PairedObjects, AcquiredByACallWithinACallCountOnceWithTheOuterCallsStack) {
  const std::uint32_t kind = NewKind();
  const std::uint64_t outer = PairMoment();
  const std::uint64_t inner = PairMoment();
  AcquireObject(kind, 0x1000, 1, inner);
  AcquireObject(kind, 0x1000, 2, outer);
  EXPECT_EQ(CountObjects(kind).count, 1);
  EXPECT_EQ(ReleaseObject(kind, 0x1000).origin, 2u);
}

TEST(PairedObjects, AcquiredByACallBeforeCountAgain) {
  const std::uint32_t kind = NewKind();
  AcquireObject(kind, 0x1000, 1, PairMoment());
  AcquireObject(kind, 0x1000, 2, PairMoment());
  EXPECT_EQ(CountObjects(kind).count, 2);
}

TEST(PairedObjects, OfManyThreadsAreAllCounted) {
  const std::uint32_t kind = NewKind();
  std::vector<std::thread> threads;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    threads.emplace_back([=] {
      for (std::uint64_t i = 1; i <= 20000; ++i) {
        AcquireObject(kind, number << 32 | i, 0);
        if (i % 4 != 0) ReleaseObject(kind, number << 32 | i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(CountObjects(kind).count, 4 * 5000);
  for (std::uint64_t number = 1; number <= 4; ++number) {
    for (std::uint64_t i = 4; i <= 20000; i += 4) {
      EXPECT_TRUE(ReleaseObject(kind, number << 32 | i).was_there);
    }
  }
  EXPECT_EQ(CountObjects(kind).count, 0);
}

TEST(PairedObjects, ThatFindNoRoomMakeTheirKindNotMeasured) {
  const std::uint32_t kind = NewKind();
  const std::uint32_t other = NewKind();
  const std::uint64_t lost = LostObjects();
  for (std::uint64_t i = 1; i <= kMostObjects; ++i) AcquireObject(kind, i << 8, 0);
  EXPECT_GT(LostObjects(), lost);
  EXPECT_FALSE(CountObjects(kind).is_complete);
  EXPECT_TRUE(CountObjects(other).is_complete);
  for (std::uint64_t i = 1; i <= kMostObjects; ++i) ReleaseObject(kind, i << 8);
  EXPECT_EQ(CountObjects(kind).count, 0);
}

}  // namespace
}  // namespace memprof
