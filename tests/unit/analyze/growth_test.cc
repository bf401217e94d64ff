// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/growth.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <ostream>
#include <random>
#include <set>
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

/// Rises by each of `rises` in turn.
Series Turns(int runs, const std::vector<double>& rises) {
  return SumOf(runs, [&](int run) { return rises[static_cast<std::size_t>(run) % rises.size()]; });
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

/// Bytes of a vector that starts empty, takes `rate` elements of `size` bytes a run, and doubles.
Series Doubling(int runs, int size, int rate) {
  std::int64_t capacity = 1;
  return Make(runs, [=](int run) mutable {
    while (capacity < static_cast<std::int64_t>(run + 1) * rate) capacity *= 2;
    return static_cast<double>(capacity * size);
  });
}

Series Sum(Series left, const Series& right) {
  std::transform(left.begin(), left.end(), right.begin(), left.begin(), std::plus<>());
  return left;
}

/// A cache that is full after `limit` runs: an LRU of 1,000 that takes 10 keys a run after 100.
Series FullAt(int limit, int runs) {
  return Make(runs, [=](int run) { return 100.0 * std::min(run + 1, limit); });
}

/// Vector of strings of 40 bytes on the heap that takes `rate` a run until `limit` runs.
Series LongStrings(int runs, int rate, int limit = 1024) {
  Series room = Doubling(std::min(limit, runs), 32, rate);
  room.resize(static_cast<std::size_t>(runs), room.back());
  return Sum(room, Make(runs, [=](int run) { return 41.0 * rate * std::min(run + 1, limit); }));
}

/// An LRU of `limit` entries whose sizes vary from 100 to 149 bytes; one new key a run.
Series VaryingLru(int limit, int runs, unsigned seed) {
  std::mt19937 random(seed);
  const Series sizes = Make(runs, [&](int) { return 100.0 + static_cast<double>(random() % 50); });
  return SumOf(runs, [&](int run) {
    const auto i = static_cast<std::size_t>(run);
    return static_cast<double>(sizes[i] -
                               (run < limit ? 0 : sizes[i - static_cast<std::size_t>(limit)]));
  });
}

/// A hash map of at most `keys` random keys, one looked up a run, whose buckets double.
Series RandomKeys(unsigned keys, int runs, unsigned seed) {
  std::mt19937 random(seed);
  std::set<std::mt19937::result_type> known;
  std::size_t buckets = 1;
  return Make(runs, [=](int) mutable {
    known.insert(random() % keys);
    while (buckets < known.size()) buckets = 2 * buckets + 3;
    return static_cast<double>(32 * known.size() + 8 * buckets);
  });
}

Series RestsEveryFourth(int runs, int phase) {
  return SumOf(runs, [=](int run) { return run % 4 == phase ? 0 : 48; });
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
      {"NegativeValuesThatRise", Make(12, [](int run) { return 24.0 * run - 9000; }), true,
       kLinear},
      {"NegativeConstant", Constant(12, -77), false, kNone},
      {"VectorOfIntAt12Runs", vector_of_int, true, kStepwise},
      {"VectorOfIntAt24Runs", Vector(24, 4, 2, 2), true, kStepwise},
      {"VectorOfIntAt48Runs", Vector(48, 4, 2, 2), true, kStepwise},
      {"VectorOfStringDoublingAt12Runs", Vector(12, 32, 2), true, kStepwise},
      {"VectorDoublingAt96Runs", Vector(96, 32, 2), true, kStepwise},
      {"VectorDoublingAt1024Runs", Vector(1024, 32, 2), true, kStepwise},
      {"VectorDoublingAt1024RunsFromTwo", Vector(1024, 32, 2, 2), true, kStepwise},
      {"SetFilledWithNodesOfAGranule",
       Make(1024, [](int run) { return 1000.0 + 16 * std::min(run, 600); }), false, kBounded},
      {"ThreeEqualRisesOfAGranule",
       Make(1024, [](int run) { return 1000.0 + 16 * ((run > 100) + (run > 300) + (run > 520)); }),
       false, kBounded},
      {"TwoEqualRisesOfAGranule",
       Make(1024, [](int run) { return 1000.0 + 16 * ((run > 300) + (run > 520)); }), false,
       kBounded},
      {"VectorByHalfAt12Runs", Vector(12, 4, 1.5), true, kStepwise},
      {"VectorByHalfAt48Runs", Vector(48, 4, 1.5), true, kStepwise},
      {"VectorByHalfAt1024Runs", Vector(1024, 4, 1.5), true, kStepwise},
      {"BufferThatDoublesToALimit",
       Make(48, [](int run) { return std::min(std::exp2(run), 256.0); }), false, kBounded},
      {"RealLeakOfFourRunsAlone", {0, 12800, 25400, 36700, 36700}, false, kOneTime},
      {"RealLeakOfFourRunsAfterWarmUp", {0, 0, 0, 0, 12800, 25400, 36700, 36700}, true, kLinear},
      {"RealLeakRepeated", Turns(24, {12800, 12600, 11300, 0}), true, kLinear},
      {"DatabaseThatMovesUpAndDown",
       Turns(24, {8192, -14336, 22528, -8192, 11264, -22528, 9216, -6144}), false, kBounded},
      {"LruOfThousandAt12", FullAt(100, 12), true, kLinear},
      {"LruOfThousandAt24", FullAt(100, 24), true, kLinear},
      {"LruOfThousandAt48", FullAt(100, 48), true, kLinear},
      {"LruOfThousandAt96", FullAt(100, 96), true, kLinear},
      {"LruOfThousandAt192", FullAt(100, 192), false, kBounded},
      {"LruOfThousandAt1024", FullAt(100, 1024), false, kBounded},
      {"SmallFallsAreTolerated", Turns(24, {48, 48, 48, 48, 48, -20}), true, kLinear},
      {"FallsOverHalfTheRiseAreNot", Turns(24, {48, 48, 48, 48, 48, -25}), false, kBounded},
      {"LastRunGivesBack", {0, 0, 0, 0, 48, 96, 144, 192, 240, 288, 336, 308}, false, kBounded},
      {"LastRunGivesBackLittle", {0, 0, 0, 0, 48, 96, 144, 192, 240, 288, 336, 313}, true, kLinear},
      {"StepsAndGivesBackInTheLastRun",
       {24, 24, 24, 40, 40, 40, 72, 72, 72, 72, 72, 71},
       false,
       kBounded},
      {"StepsOfWhichTheFirstIsTheLargest",
       Make(24, [](int run) { return run < 4    ? 0.0
                                     : run < 8  ? 100
                                     : run < 16 ? 110
                                                : 130; }),
       false, kBounded},
      {"RestsEveryThirdRun", Turns(24, {48, 48, 0}), false, kBounded},
      {"NoisyLinear", Noisy(12, 4000, 0.2, 1), true, kLinear},
      {"NoisyLinearLong", Noisy(384, 4000, 0.2, 2), true, kLinear},
      {"Quadratic", Make(12, [](int run) { return 100.0 * run * run; }), true, kQuadratic},
      {"QuadraticLong", Make(1024, [](int run) { return 3.0 * run * run; }), true, kQuadratic},
      {"ExponentialByTwo", Make(12, [](int run) { return std::exp2(run) * 24; }), true,
       kExponential},
      {"ExponentialByATenth", Make(48, [](int run) { return 9000 * std::pow(1.1, run); }), true,
       kExponential},
      {"IrregularRises", Turns(12, {5000, 70}), true, kIrregular},
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
TEST(Growth, VectorSeenIn12RunsIsSeenAtEveryLengthThatTheRunIsExtendedTo) {
  for (int first : {1, 2, 6}) EXPECT_TRUE(ClassifyGrowth(Vector(12, 8, 2, first)).growing);
  for (int runs : {24, 48, 96, 192, 384, 768, 1024}) {
    for (int first : {1, 2, 3, 4, 5, 6}) {
      EXPECT_TRUE(ClassifyGrowth(Vector(runs, 8, 2, first)).growing)
          << runs << " runs, " << first << " elements in the first";
    }
  }
}

TEST(Growth, VectorOfLongStringsGrowsThoughItsRoomDoublesInTheFirstHalf) {
  for (int runs : {12, 24, 48, 96, 192, 384, 768, 1024}) {
    for (int rate = 1; rate <= 16; ++rate) {
      const GrowthResult result = ClassifyGrowth(LongStrings(runs, rate));
      EXPECT_TRUE(result.growing) << runs << " runs, " << rate << " strings a run";
      EXPECT_TRUE(runs < 48 || result.growth == kLinear) << runs << " runs, " << rate;
    }
  }
}

TEST(Growth, CacheThatIsFullInTheEndIsBounded) {
  EXPECT_EQ(ClassifyGrowth(FullAt(40, 48)).growth, kBounded);
  for (int limit = 514; limit <= 1018; ++limit) {
    EXPECT_EQ(ClassifyGrowth(FullAt(limit, 1024)).growth, kBounded) << limit;
    EXPECT_EQ(ClassifyGrowth(LongStrings(1024, 1, limit)).growth, kBounded) << limit;
    // Elements of 232 bytes: doubling takes so much that the strings hardly count.
    Series room = Doubling(limit, 200, 1);
    room.resize(1024, room.back());
    EXPECT_EQ(ClassifyGrowth(Sum(room, LongStrings(1024, 1, limit))).growth, kBounded) << limit;
  }
  // Five runs of rest are not yet an end.
  EXPECT_EQ(ClassifyGrowth(FullAt(1019, 1024)).growth, kLinear);
}

TEST(Growth, FullCacheWhoseEntriesVaryInSizeIsBounded) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    for (int limit : {40, 700, 800, 900, 980}) {
      const int runs = limit == 40 ? 96 : 1024;
      EXPECT_FALSE(ClassifyGrowth(VaryingLru(limit, runs, seed)).growing) << limit << ' ' << seed;
    }
    EXPECT_TRUE(ClassifyGrowth(VaryingLru(2000, 1024, seed)).growing) << seed;
  }
}

TEST(Growth, LongRestsThatComeAgainAreStillGrowth) {
  for (int phase = 0; phase < 30; ++phase) {
    const auto rise = [=](int run) { return (run + phase) % 30 < 7 ? 0 : 48; };
    EXPECT_EQ(ClassifyGrowth(SumOf(1024, rise)).growth, kLinear) << phase;
  }
}

TEST(Growth, ContainersThatDoubleAtDifferentRunsAreStepwise) {
  for (int runs : {24, 48, 96, 192, 384, 768, 1024}) {
    const Series two_vectors = Sum(Doubling(runs, 4, 1), Doubling(runs, 4, 3));
    for (Series series : {two_vectors, Sum(Doubling(runs, 1, 10), Doubling(runs, 8, 1)),
                          Sum(two_vectors, Doubling(runs, 8, 5))}) {
      const GrowthResult result = ClassifyGrowth(series);
      EXPECT_TRUE(result.growing) << runs << " runs";
      EXPECT_TRUE(runs < 48 || result.growth == kStepwise) << runs << " runs";
      series.back() -= 8;
      EXPECT_EQ(ClassifyGrowth(series).growth, kBounded) << runs << " runs";
    }
  }
}

TEST(Growth, SlowingAndSparseGrowthIsNotStepwise) {
  for (int runs : {24, 48, 96, 192, 384, 768, 1024}) {
    for (int every = 2; every < 100; ++every) {
      for (double power : {1.0, 0.5, 0.1}) {
        const Series series =
            Make(runs, [=](int run) { return 4800 * std::pow(run / every, power); });
        EXPECT_FALSE(ClassifyGrowth(series).growing) << runs << ' ' << every << ' ' << power;
      }
    }
  }
}

TEST(Growth, HashMapThatFillsIsNotStepwise) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    for (unsigned keys : {100u, 400u, 700u, 1000u}) {
      EXPECT_FALSE(ClassifyGrowth(RandomKeys(keys, 1024, seed)).growing) << keys << ' ' << seed;
    }
  }
}

TEST(Growth, RisesThatVaryAboutAStraightLineAreLinear) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const GrowthResult result = ClassifyGrowth(Noisy(1024, 992, 1, seed));
    EXPECT_EQ(result.growth, kLinear) << seed;
    EXPECT_GT(result.confidence, 0.99);
    EXPECT_LT(result.confidence, 1);
  }
  // Their sums have a fit of 0.99, but each rise is larger than those before it.
  const GrowthResult rising = ClassifyGrowth(
      SumOf(384, [](int run) { return (run % 2 == 0 ? 10 : 190) * (1 + run / 383.0); }));
  EXPECT_EQ(rising.growth, kIrregular);
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
  constexpr unsigned kSeeds = 1000;
  for (int runs : {12, 24, 48, 96, 1024}) {
    int alarms = 0;
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      if (ClassifyGrowth(RandomWalk(runs, seed)).growing) ++alarms;
    }
    // The run is extended while it looks like growth, so an alarm at 12 costs time, not trust.
    EXPECT_LE(alarms, runs == 12 ? 30 : 0) << " of " << kSeeds << " at " << runs << " runs";
  }
}

}  // namespace
}  // namespace memprof
