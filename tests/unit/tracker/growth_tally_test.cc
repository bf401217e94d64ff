// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/growth_tally.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>

namespace memprof {
namespace {

struct TallyCase {
  const char* name;
  int runs;
  std::function<std::int64_t(int)> change;  ///< by the run's number, from 1
  bool grew;
};

class TallyOf : public testing::TestWithParam<TallyCase> {};

TEST_P(TallyOf, TellsGrowthOrNot) {
  GrowthTally tally;
  for (int run = 1; run <= GetParam().runs; ++run) tally.Add(GetParam().change(run));
  EXPECT_EQ(tally.Grew(), GetParam().grew);
}

INSTANTIATE_TEST_SUITE_P(
    Series, TallyOf,
    testing::Values(
        TallyCase{"ElevenRunsAreTooFew", 11, [](int) { return 8; }, false},
        TallyCase{"TwelveRunsTell", 12, [](int) { return 8; }, true},
        TallyCase{"Nothing", 100, [](int) { return 0; }, false},
        TallyCase{"WarmUpAlone", 100, [](int run) { return run <= 3 ? 1000 : 0; }, false},
        TallyCase{"RestsEveryFourth", 40, [](int run) { return run % 4 == 0 ? 0 : 8; }, true},
        TallyCase{"RestsEverySecond", 40, [](int run) { return run % 2 == 0 ? 0 : 8; }, false},
        TallyCase{"FallsOnce", 40, [](int run) { return run == 20 ? -1 : 8; }, false},
        TallyCase{"FallsWithinWarmUp", 40, [](int run) { return run == 2 ? -1 : 8; }, true},
        TallyCase{"Quadratic", 40, [](int run) { return 10 * run; }, true},
        TallyCase{"PlateauAfterAHundred", 300, [](int run) { return run <= 100 ? 8 : 0; }, false},
        TallyCase{"FlattensOut", 64, [](int run) { return 4096 / (run * run) + 1; }, false},
        TallyCase{"Sawtooth", 64, [](int run) { return run % 8 == 0 ? -56 : 8; }, false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(GrowthTally, PerRunIsTheMeanAfterWarmUp) {
  GrowthTally tally;
  for (int run = 1; run <= 24; ++run) tally.Add(run <= 4 ? 100000 : 16);
  EXPECT_TRUE(tally.Grew() || tally.sum() > 0);
  EXPECT_EQ(tally.PerRun(), 16);
  EXPECT_EQ(tally.runs(), 24);
}

}  // namespace
}  // namespace memprof
