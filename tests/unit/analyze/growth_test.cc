// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/growth.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <iostream>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

using Series = std::vector<std::int64_t>;
using enum GrowthClass;

Series Make(int runs, const std::function<double(int)>& value) {
  Series series;
  for (int run = 0; run < runs; ++run) {
    series.push_back(static_cast<std::int64_t>(std::llround(value(run))));
  }
  return series;
}

Series Constant(int runs, std::int64_t value) {
  return Series(static_cast<std::size_t>(runs), value);
}

Series SumOf(int runs, const std::function<double(int)>& rise) {
  double sum = 100'000;
  return Make(runs, [&](int run) { return sum += rise(run); });
}

/// What glibc's malloc reports for a request: a multiple of 16 less the header, at least 24.
std::int64_t Usable(std::int64_t bytes) {
  return bytes <= 24 ? 24 : (bytes + 8 + 15) / 16 * 16 - 8;
}

/// A vector that takes one element of `size` bytes a run and grows to `factor` times its capacity.
Series Vector(int runs, int size, double factor, int first = 1) {
  std::int64_t capacity = 1;
  return Make(runs, [=](int run) mutable {
    while (capacity < run + first) {
      capacity =
          std::max(capacity + 1, static_cast<std::int64_t>(static_cast<double>(capacity) * factor));
    }
    return 1000.0 + static_cast<double>(Usable(capacity * size));
  });
}

Series RestsEveryFourth(int runs, int phase) {
  return SumOf(runs, [=](int run) { return run % 4 == phase ? 0 : 48; });
}

Series LruOfThousand(int runs) {
  return Make(runs, [](int run) { return 64.0 * std::min(1000, 10 * (run + 1)); });
}

Series Noisy(int runs, double rise, double noise, unsigned seed) {
  std::mt19937 random(seed);
  return SumOf(runs, [=](int) mutable {
    const double unit = static_cast<double>(random()) / static_cast<double>(random.max());
    return rise * (1 + noise * (2 * unit - 1));
  });
}

Series RandomWalk(int runs, unsigned seed) {
  std::mt19937 random(seed);
  return SumOf(runs, [=](int) mutable { return (static_cast<int>(random() % 65) - 32) * 16; });
}

struct Row {
  const char* name;
  Series series;
  bool growing;
  GrowthClass growth;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::vector<Row> Rows() {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  const Series vector_of_int = {1024, 1024, 1024, 1040, 1040, 1040,
                                1040, 1072, 1072, 1072, 1072, 1072};
  return {
      {"Empty", {}, false, kNone},
      {"OneValue", {4096}, false, kNone},
      {"TwoValuesThatRise", {0, 4096}, false, kOneTime},
      {"FiveValuesAreTooFew", {0, 10, 20, 30, 40}, false, kOneTime},
      {"SixValuesAreEnough", {0, 10, 20, 30, 40, 50}, true, kLinear},
      {"Constant", Constant(12, 512), false, kNone},
      {"Falling", Make(12, [](int run) { return 1000.0 - 10 * run; }), false, kNone},
      {"FellOnceThenStill", {9, 9, 9, 9, 9, 5, 5, 5, 5, 5, 5, 5}, false, kNone},
      {"SingletonInTheFirstRun", {512, 512, 512, 512, 512, 512, 512, 512}, false, kNone},
      {"LazyStaticInTheSecondRun", {0, 512, 512, 512, 512, 512, 512, 512}, false, kOneTime},
      {"WarmUpThenPlateau", {0, 100, 200, 300, 300, 300, 300, 300, 300}, false, kOneTime},
      {"WarmUpThenGivenBack", {0, 100, 200, 300, 300, 300, 0, 0, 0, 0}, false, kBounded},
      {"RoseLaterThenPlateau", {0, 10, 20, 30, 40, 50, 60, 60, 60, 60, 60, 60}, false, kBounded},
      {"OneLateRise", {0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 64, 64}, false, kBounded},
      {"Sawtooth", {0, 10, 20, 30, 0, 10, 20, 30, 0, 10, 20, 30}, false, kBounded},
      {"SlowSawtooth", Make(48, [](int run) { return 10.0 * (run % 16); }), false, kBounded},
      {"OneBlockOf24Bytes", SumOf(12, [](int) { return 24; }), true, kLinear},
      {"OneByteARun", SumOf(12, [](int) { return 1; }), true, kLinear},
      {"OneEpollMoreARun", Make(12, [](int run) { return run; }), true, kLinear},
      {"NegativeValuesThatRise", Make(12, [](int run) { return -9000.0 + 24 * run; }), true,
       kLinear},
      {"NegativeConstant", Constant(12, -77), false, kNone},
      {"VectorOfIntAt12Runs", vector_of_int, true, kStepwise},
      {"VectorOfIntAt24Runs", Vector(24, 4, 2, 2), true, kStepwise},
      {"VectorOfIntAt48Runs", Vector(48, 4, 2, 2), true, kStepwise},
      {"VectorOfStringDoublingAt12Runs", Vector(12, 32, 2), true, kStepwise},
      {"VectorDoublingAt96Runs", Vector(96, 32, 2), true, kStepwise},
      {"VectorDoublingAt1024Runs", Vector(1024, 32, 2), true, kStepwise},
      {"VectorDoublingAt1024RunsFromTwo", Vector(1024, 32, 2, 2), true, kStepwise},
      {"VectorByHalfAt12Runs", Vector(12, 4, 1.5), true, kStepwise},
      {"VectorByHalfAt48Runs", Vector(48, 4, 1.5), true, kStepwise},
      {"VectorByHalfAt1024Runs", Vector(1024, 4, 1.5), true, kStepwise},
      {"BufferThatDoublesToALimit",
       Make(48, [](int run) { return std::min(std::exp2(run), 256.0); }), false, kBounded},
      {"VectorOfLongStrings",
       Make(48,
            [](int run) { return 400.0 * run + std::exp2(std::ceil(std::log2(run + 1))) * 32; }),
       true, kLinear},
      {"RealLeakOfFourRunsAlone", {0, 12800, 25400, 36700, 36700}, false, kOneTime},
      {"RealLeakOfFourRunsAfterWarmUp", {0, 0, 0, 0, 12800, 25400, 36700, 36700}, true, kLinear},
      {"RealLeakRepeated",
       SumOf(24,
             [](int run) {
               const double rises[] = {12800, 12600, 11300, 0};
               return rises[run % 4];
             }),
       true, kLinear},
      {"DatabaseThatMovesUpAndDown",
       SumOf(24,
             [](int run) {
               const double moves[] = {8192, -14336, 22528, -8192, 11264, -22528, 9216, -6144};
               return moves[run % 8];
             }),
       false, kBounded},
      {"LruOfThousandAt12", LruOfThousand(12), true, kLinear},
      {"LruOfThousandAt24", LruOfThousand(24), true, kLinear},
      {"LruOfThousandAt48", LruOfThousand(48), true, kLinear},
      {"LruOfThousandAt96", LruOfThousand(96), true, kLinear},
      {"LruOfThousandAt192", LruOfThousand(192), false, kBounded},
      {"LruOfThousandAt1024", LruOfThousand(1024), false, kBounded},
      {"SmallFallsAreTolerated", SumOf(24, [](int run) { return run % 6 == 5 ? -20 : 48; }), true,
       kLinear},
      {"FallsOverHalfTheRiseAreNot", SumOf(24, [](int run) { return run % 6 == 5 ? -25 : 48; }),
       false, kBounded},
      {"RestsEveryThirdRun", SumOf(24, [](int run) { return run % 3 == 2 ? 0 : 48; }), false,
       kBounded},
      {"NoisyLinear", Noisy(12, 4000, 0.2, 1), true, kLinear},
      {"NoisyLinearLong", Noisy(384, 4000, 0.2, 2), true, kLinear},
      {"Quadratic", Make(12, [](int run) { return 100.0 * run * run; }), true, kQuadratic},
      {"QuadraticLong", Make(1024, [](int run) { return 3.0 * run * run; }), true, kQuadratic},
      {"ExponentialByTwo", Make(12, [](int run) { return std::exp2(run) * 24; }), true,
       kExponential},
      {"ExponentialByATenth", Make(48, [](int run) { return 9000 * std::pow(1.1, run); }), true,
       kExponential},
      {"IrregularRises", SumOf(12, [](int run) { return run % 2 == 0 ? 5000 : 70; }), true,
       kIrregular},
      {"SquareRootAt12", Make(12, [](int run) { return 10'000 * std::sqrt(run); }), true, kLinear},
      // Growth without bound that slows down: told apart from a cache that fills by nothing but
      // time, so the rule gives it the benefit of the doubt.
      {"SquareRootAt1024", Make(1024, [](int run) { return 10'000 * std::sqrt(run); }), false,
       kBounded},
      {"LogarithmAt1024", Make(1024, [](int run) { return 10'000 * std::log(run + 1); }), false,
       kBounded},
      {"Int64Extremes", {kMin, kMax, kMin, kMax, kMin, kMax, kMin, kMax}, false, kBounded},
      {"FromLeastToGreatest", {kMin, kMin, kMin, kMin, 0, kMax}, true, kLinear},
      {"GreatestForever", Constant(12, kMax), false, kNone},
  };
}

class GrowthRow : public testing::TestWithParam<Row> {};

TEST_P(GrowthRow, IsClassifiedByTheRule) {
  const GrowthResult result = ClassifyGrowth(GetParam().series);
  EXPECT_EQ(result.growing, GetParam().growing);
  EXPECT_STREQ(GrowthClassName(result.growth), GrowthClassName(GetParam().growth));
  EXPECT_GE(result.confidence, 0);
  EXPECT_LE(result.confidence, 1);
}

INSTANTIATE_TEST_SUITE_P(Growth, GrowthRow, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Growth, RestsEveryFourthRunInAnyPhaseIsGrowing) {
  for (int runs : {12, 24, 48, 1024}) {
    for (int phase = 0; phase < 4; ++phase) {
      const GrowthResult result = ClassifyGrowth(RestsEveryFourth(runs, phase));
      EXPECT_TRUE(result.growing) << runs << " runs, phase " << phase;
      EXPECT_EQ(result.growth, kLinear);
      EXPECT_DOUBLE_EQ(result.confidence, 0.75);
    }
  }
}

// With 3 to 5 elements in the first run, or more than 6, a vector steps once or never in 12 runs
// after warm-up, and no rule about its bytes could tell.
TEST(Growth, VectorIsSeenIn12RunsWhereItStepsTwice) {
  for (int first : {1, 2, 6}) EXPECT_TRUE(ClassifyGrowth(Vector(12, 8, 2, first)).growing);
}

TEST(Growth, VectorSeenIn12RunsIsSeenAtEveryLengthThatTheRunIsExtendedTo) {
  for (int runs : {24, 48, 96, 192, 384, 768, 1024}) {
    for (int first : {1, 2, 3, 4, 5, 6}) {
      EXPECT_TRUE(ClassifyGrowth(Vector(runs, 8, 2, first)).growing)
          << runs << " runs, " << first << " elements in the first";
    }
  }
}

TEST(Growth, TwelveRunsHaveEightSteps) {
  const GrowthResult result = ClassifyGrowth(Series{0, 7, 7, 0, 10, 20, 30, 40, 50, 60, 70, 80});
  EXPECT_EQ(result.steps, 8);
  EXPECT_EQ(result.rises, 8);
  EXPECT_EQ(result.median_rise, 10);
  EXPECT_DOUBLE_EQ(result.slope, 10);
  EXPECT_DOUBLE_EQ(result.late_share, 1);
  EXPECT_DOUBLE_EQ(result.confidence, 1);
}

TEST(Growth, LateShareComparesTheHalves) {
  const GrowthResult result = ClassifyGrowth(SumOf(20, [](int run) { return run < 12 ? 40 : 10; }));
  EXPECT_EQ(result.steps, 16);
  EXPECT_DOUBLE_EQ(result.late_share, 0.25);
  EXPECT_FALSE(result.growing);
}

TEST(Growth, CountsHaveNoGranuleToBeRoundedTo) {
  // One descriptor, and later another one: bytes might be rounded, descriptors are not.
  EXPECT_FALSE(ClassifyGrowth(Series{3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5}).growing);
  EXPECT_TRUE(ClassifyGrowth(Series{3, 3, 3, 3, 3, 4, 4, 4, 4, 6, 6, 6}).growing);
}

TEST(Growth, RuleIsTheCallersToChange) {
  GrowthRule every_step;
  every_step.rising_share = 1;
  EXPECT_FALSE(ClassifyGrowth(RestsEveryFourth(24, 0), every_step).growing);
  GrowthRule no_warm_up;
  no_warm_up.warm_up = 0;
  EXPECT_TRUE(ClassifyGrowth(Series{0, 24, 48}, no_warm_up).growing);
  no_warm_up.warm_up = -5;
  EXPECT_TRUE(ClassifyGrowth(Series{0, 24, 48}, no_warm_up).growing);
}

TEST(Growth, RandomWalkIsMostlyNotGrowing) {
  constexpr unsigned kSeeds = 400;
  for (int runs : {12, 24, 96}) {
    int alarms = 0;
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      if (ClassifyGrowth(RandomWalk(runs, seed)).growing) ++alarms;
    }
    // The run is extended while it looks like growth, so an alarm at 12 costs time, not trust.
    std::cout << "random walks called growing at " << runs << " runs: " << alarms << " of "
              << kSeeds << "\n";
    EXPECT_LE(alarms, runs == 12 ? 12 : 0) << runs << " runs";
  }
}

}  // namespace
}  // namespace memprof
