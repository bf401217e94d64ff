// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/time_left.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace memprof {
namespace {

TEST(WorkList, WeighsTestsByTheirTimesInTheScreen) {
  const WorkList work({"A.a", "A.b", "A.new"}, 2, {{"A.a", 1}, {"A.b", 3}, {"Z.z", 100}});
  EXPECT_NEAR(work.Of("A.a"), 1.02, 1e-9);
  EXPECT_NEAR(work.Of("A.new"), 2.02, 1e-9);  // the mean of the other two
  EXPECT_EQ(work.Of("Z.z"), 0);
  EXPECT_NEAR(work.total(), 2 * 6.06, 1e-9);
}

TEST(WorkList, CountsRunsRoundByRound) {
  const WorkList work({"A.a", "A.b"}, 3, {{"A.a", 1}, {"A.b", 3}});
  EXPECT_EQ(work.After(0), 0);
  EXPECT_NEAR(work.After(1), 1.02, 1e-9);
  EXPECT_NEAR(work.After(2), 4.04, 1e-9);
  EXPECT_NEAR(work.After(3), 5.06, 1e-9);
  EXPECT_NEAR(work.After(6), work.total(), 1e-9);
  EXPECT_EQ(WorkList().After(3), 0);
}

TEST(TimeLeft, IsSilentWithoutGround) {
  TimeLeft left;
  EXPECT_EQ(left.At(0), std::nullopt);
  left.Start(0, 100);
  left.Did(1, 10);
  left.Did(2, 20);
  EXPECT_EQ(left.At(2.5), std::nullopt) << "within the first seconds";
  left.Start(0, 100);
  left.Did(5, 50);
  EXPECT_EQ(left.At(6), std::nullopt) << "one test may be anything";
  left.Start(0, 1000);
  left.Did(5, 20);
  left.Did(6, 40);
  EXPECT_EQ(left.At(7), std::nullopt) << "a twentieth at least";
  left.Start(0, 0);
  left.Did(5, 1);
  left.Did(6, 2);
  EXPECT_EQ(left.At(7), std::nullopt) << "of an unknown number of tests";
}

TEST(TimeLeft, OfEvenWorkIsExactAndCountsDown) {
  TimeLeft left;
  left.Start(100, 50);
  for (int second = 1; second < 50; ++second) {
    left.Did(100 + second, second);
    const std::optional<double> said = left.At(100 + second);
    if (second < 3) continue;
    ASSERT_TRUE(said.has_value()) << second;
    EXPECT_NEAR(*said, 50 - second, 0.01);
    EXPECT_NEAR(*left.At(100.5 + second), 49.5 - second, 0.01);
  }
}

TEST(TimeLeft, TurnsToNewFiguresWithoutAJump) {
  TimeLeft left;
  left.Start(0, 100);
  left.Did(2, 10);
  left.Did(4, 20);
  double before = *left.At(4);  // 16 s
  left.Did(10, 22);             // then it grows slow: 35 s
  for (double now = 10; now < 12; now += 0.1) {
    const double said = *left.At(now);
    if (now > 10.05) {
      EXPECT_LT(std::abs(said - before), 1.0) << now;
    }
    before = said;
  }
  EXPECT_GT(before, 15);
}

TEST(TimeLeft, FallsSilentWhereATestTakesLongerThanItSaid) {
  TimeLeft left;
  left.Start(0, 10);
  left.Did(4, 4);
  left.Did(9, 9);
  EXPECT_TRUE(left.At(9).has_value());
  EXPECT_EQ(left.At(30), std::nullopt);
}

}  // namespace
}  // namespace memprof
