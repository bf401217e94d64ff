// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/repeat_flag.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

struct FlagCase {
  std::vector<std::string> arguments;
  const char* environment;
  std::uint32_t expected;
};

class RepeatFlags : public testing::TestWithParam<FlagCase> {};

TEST_P(RepeatFlags, AreReadAsGoogleTestDoes) {
  std::string line;
  for (const std::string& argument : GetParam().arguments) line += argument + '\0';
  EXPECT_EQ(RepeatFlag(line.data(), line.size(), GetParam().environment), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, RepeatFlags,
    testing::Values(FlagCase{{}, nullptr, 1}, FlagCase{{"t"}, nullptr, 1}, FlagCase{{"t"}, "5", 5},
                    FlagCase{{"t", "--gtest_repeat=12"}, nullptr, 12},
                    FlagCase{{"t", "--gtest_repeat=12"}, "5", 12},
                    FlagCase{{"t", "-gtest_repeat=3", "x"}, nullptr, 3},
                    FlagCase{{"t", "--gtest_repeat=3", "--gtest_repeat=4"}, nullptr, 4},
                    FlagCase{{"t", "--gtest_repeat=-1"}, nullptr, 0},
                    FlagCase{{"t", "--gtest_repeat=many"}, nullptr, 0},
                    FlagCase{{"t", "--gtest_repeat_not=7"}, nullptr, 1},
                    FlagCase{{"t", "gtest_repeat=7"}, nullptr, 1},
                    FlagCase{{"t", "", "-", "--gtest_repeat=2"}, nullptr, 2}));

TEST(RepeatFlag, ACutLineEndsBeforeItsLastArgument) {
  const std::string line = std::string("t\0--gtest_repeat=1", 18);
  EXPECT_EQ(RepeatFlag(line.data(), line.size(), "4"), 4u);
}

}  // namespace
}  // namespace memprof
