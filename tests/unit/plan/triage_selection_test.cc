// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/triage_selection.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

/// Three tests: one keeps something, one nothing, one did not finish.
RecordFile Screen() {
  RecordBuilder builder;
  builder.Run(builder.AddTest("A", "Keeps"), Kept(100));
  builder.Run(builder.AddTest("A", "IsClean"), Kept(0));
  builder.Run(builder.AddTest("A", "Crashes"), Kept(0)).finished = false;
  return builder.record();
}

TriageSelection Select(Only only) {
  RunOptions options;
  options.only = only;
  return SelectForTriage(Screen(), options);
}

TEST(TriageSelection, TakesTheSuspectsAndLeavesNothingOut) {
  const TriageSelection selection = Select(Only::kEverything);
  ASSERT_EQ(selection.suspects.size(), 1u);
  EXPECT_EQ(selection.suspects[0].test, 0u);
  EXPECT_TRUE(selection.left_out.empty());
}

TEST(TriageSelection, OnlyScreenTakesNoneAndSaysWhatWasNotLookedAt) {
  const TriageSelection selection = Select(Only::kScreen);
  EXPECT_TRUE(selection.suspects.empty());
  ASSERT_EQ(selection.left_out.size(), 3u);
  EXPECT_EQ(selection.left_out[0].tool, "triage");
  EXPECT_EQ(selection.left_out[0].test, "A.Keeps");
  EXPECT_EQ(selection.left_out[1].tool, "lsan");
  EXPECT_EQ(selection.left_out[2].tool, "massif");
  for (const NotMeasured& gap : selection.left_out) {
    EXPECT_EQ(gap.why.find("left out by --only screen"), 0u) << gap.why;
  }
}

TEST(TriageSelection, OnlyTraceTakesEveryTestThatFinished) {
  const TriageSelection selection = Select(Only::kTrace);
  ASSERT_EQ(selection.suspects.size(), 2u);
  EXPECT_EQ(selection.suspects[1].test, 1u);
  ASSERT_EQ(selection.left_out.size(), 2u);
  EXPECT_EQ(selection.left_out[0].why, "left out by --only trace");
}

}  // namespace
}  // namespace memprof
