// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/given_back.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

constexpr std::uint32_t kNone = record::kNoTest;

struct GivenBackCase {
  const char* name;
  std::vector<std::int64_t> kept;  ///< by the first tests of suite A, in their order
  std::vector<std::uint32_t> givers;
};

class GivenBack : public testing::TestWithParam<GivenBackCase> {};

TEST_P(GivenBack, IsByALaterTestOfTheSuite) {
  RecordBuilder builder;
  for (std::size_t i = 0; i < GetParam().kept.size(); ++i) {
    builder.AddTest("A", std::to_string(i));
  }
  for (std::size_t i = 0; i < GetParam().kept.size(); ++i) {
    builder.Run(static_cast<std::uint32_t>(i), Kept(GetParam().kept[i]));
  }
  EXPECT_EQ(FindGiversBack(builder.record()), GetParam().givers);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GivenBack,
    testing::Values(GivenBackCase{"AllOfIt", {200, -200}, {1, kNone}},
                    GivenBackCase{"AllButAQuarter", {200, -150}, {1, kNone}},
                    GivenBackCase{"TooLittle", {200, -149}, {kNone, kNone}},
                    GivenBackCase{"TheFirstThatDoes", {200, 50, -200, -200}, {2, 2, kNone, kNone}},
                    GivenBackCase{"NotByAnEarlierOne", {-200, 200}, {kNone, kNone}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(GivenBack, IsNotByATestOfAnotherSuite) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("A", "Opens"), Kept(200));
  builder.Run(builder.AddTest("B", "Closes"), Kept(-200));
  EXPECT_EQ(FindGiversBack(builder.record()), (std::vector<std::uint32_t>{kNone, kNone}));
}

}  // namespace
}  // namespace memprof
