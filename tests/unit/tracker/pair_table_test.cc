// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/pair_table.h"

#include <gtest/gtest.h>

#include <string>

#include "gtest_plugin/tracker/gauges.h"

namespace memprof {
namespace {

/// The text is the table's for good.
std::uint32_t Add(const std::string& text) {
  auto* const kept = new std::string(text);
  return AddPairFunctions(kept->data(), kept->size());
}

TEST(PairTable, TellsWhereTheObjectIs) {
  EXPECT_EQ(Add("base\tacquire\tbase_open\t*arg2\tzero\n"
                "base\tacquire\tbase_new\treturn\n"
                "base\trelease\tbase_close\targ1\tnonzero\n"),
            0u);
  const PairedFunction* const open = FindPairFunction("base_open");
  ASSERT_NE(open, nullptr);
  EXPECT_STREQ(GaugeName(open->kind), "base");
  EXPECT_EQ(open->role, std::uint32_t{record::kAcquires});
  EXPECT_EQ(open->place, PairedFunction::kPointedTo);
  EXPECT_EQ(open->argument, 1);
  EXPECT_EQ(open->counts, PairedFunction::kIfZero);
  EXPECT_EQ(FindPairFunction("base_new")->place, PairedFunction::kReturned);
  const PairedFunction* const close = FindPairFunction("base_close");
  EXPECT_EQ(close->role, std::uint32_t{record::kReleases});
  EXPECT_EQ(close->place, PairedFunction::kArgument);
  EXPECT_EQ(close->argument, 0);
  EXPECT_EQ(close->counts, PairedFunction::kIfNonzero);
  EXPECT_EQ(FindPairFunction("base"), nullptr);
}

class WrongLine : public testing::TestWithParam<const char*> {};

TEST_P(WrongLine, IsSaidAndLeftOut) {
  const std::uint32_t before = g_pair_function_count;
  EXPECT_EQ(Add(GetParam()), 1u) << GetParam();
  EXPECT_EQ(g_pair_function_count, before);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, WrongLine,
    testing::Values("\n", "kind\n", "kind\tacquire\tf\n", "kind\tborrow\tf\treturn\n",
                    "\tacquire\tf\treturn\n", "kind\tacquire\t\treturn\n",
                    "kind\tacquire\tf\targ0\n", "kind\tacquire\tf\targ7\n",
                    "kind\tacquire\tf\targ12\n", "kind\tacquire\tf\t*return\n",
                    "kind\trelease\tf\treturn\n", "kind\tacquire\tf\treturn\tzero\n",
                    "kind\tacquire\tf\targ1\tone\n", "kind\tacquire\tf\targ1\tzero\tzero\n",
                    "kind\tacquire\tf\targ1"));

TEST(PairTable, KeepsTheLinesAroundAWrongOne) {
  EXPECT_EQ(Add("kind\tacquire\taround_1\treturn\nwrong\nkind\trelease\taround_2\targ1\n"
                "kind\tacquire\taround_1\treturn\n"),
            2u);
  EXPECT_NE(FindPairFunction("around_1"), nullptr);
  EXPECT_NE(FindPairFunction("around_2"), nullptr);
}

}  // namespace
}  // namespace memprof
