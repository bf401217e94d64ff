// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

std::string Trainer(const std::string& reader) {
  return "#include <vector>\n\nstruct Loss {\n  std::vector<float> values;\n  float Mean() const { "
         "return values[0]; }\n};\n\nclass Trainer {\n public:\n"
         "  void Step(float f) { losses_.push_back(Loss{{f}}); }  // 0\n" +
         reader + "\n private:\n  std::vector<Loss> losses_;\n};\n";
}

Fix Propose(const std::string& source) {
  GrowingCode code(Pattern::kBufferAccumulation, "trainer.losses_", "std::vector<Loss>", source);
  code.Step({"", "Loss[]", 9600, 1, 0}).Step({"values", "float[]", 1600, 400, 4});
  return code.Propose();
}

TEST(BoundBuffers, KeepsAWindowInAFunctionOfOneLine) {
  const std::string source = Trainer("  float Latest() const { return losses_.back().Mean(); }\n");
  const Fix fix = Propose(source);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  EXPECT_NE(fix.diff.find("kMaxLosses = 64;"), std::string::npos) << fix.diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff))) << fix.diff;
}

TEST(BoundBuffers, OffersToKeepTheOneNumberThatIsRead) {
  const Fix fix = Propose(Trainer("  float Latest() const { return losses_.back().Mean(); }\n"));
  ASSERT_EQ(fix.alternatives.size(), 1u);
  EXPECT_EQ(fix.alternatives[0].snippet,
            "std::vector<float> losses_;\nlosses_.push_back(Loss{{f}}.Mean());\n"
            "float Latest() const { return losses_.back(); }\n");
}

TEST(BoundBuffers, OffersNoCodeWhereEntriesAreReadOtherwise) {
  const Fix fix = Propose(Trainer("  const Loss& Latest() const { return losses_.back(); }\n"));
  ASSERT_EQ(fix.alternatives.size(), 1u);
  EXPECT_EQ(fix.alternatives[0].snippet, "");
}

TEST(BoundBuffers, PromisesWhatGrowsAndWhatIsAboveTheWindow) {
  const Fix fix = Propose(Trainer(""));
  EXPECT_EQ(fix.expected_reduction_bytes, 400);
  EXPECT_EQ(fix.expected_peak_reduction_bytes, 40000 - 64 / 4 * 400);
}

}  // namespace
}  // namespace memprof
