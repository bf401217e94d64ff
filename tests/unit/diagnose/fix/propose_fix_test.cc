// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/propose_fix.h"

#include <gtest/gtest.h>

#include "tests/unit/diagnose/fix/growing_code.h"

namespace memprof {
namespace {

TEST(ProposeFix, KeepsTheFixOfTheEvidenceWhereNoTemplateFits) {
  for (const Pattern pattern :
       {Pattern::kUnknown, Pattern::kPeakSite, Pattern::kUnboundedCollection}) {
    Finding finding;
    finding.pattern = pattern;
    finding.impact.bytes_per_iteration = 64;
    finding.fix.emplace();
    finding.fix->summary = "as it was";
    const auto fix = ProposeFix(finding, Sources());
    ASSERT_TRUE(fix.has_value());
    EXPECT_EQ(fix->summary, "as it was");
    EXPECT_EQ(fix->expected_reduction_bytes, 64);
  }
}

TEST(ProposeFix, SaysNothingWithoutAnything) {
  EXPECT_FALSE(ProposeFix(Finding(), Sources()).has_value());
}

TEST(ProposeFix, PromisesTheWholeWaste) {
  Finding finding;
  finding.waste = Waste{4096, 12, 0.5, 0.5};
  finding.fix.emplace();
  finding.fix->summary = "reuse the buffer";
  const auto fix = ProposeFix(finding, Sources());
  EXPECT_EQ(fix->expected_reduction_bytes, 4096);
  EXPECT_EQ(fix->expected_reduction_calls, 12);
}

TEST(ProposeFix, FindsTheContainerBehindAnObject) {
  // app -> unique_ptr<Server> -> records_: the holder is not what grows.
  GrowingCode code(Pattern::kUnboundedCollection, "app::server", "std::unique_ptr<Server>",
                   "struct Server {\n  void Add(int v) {\n    records_.push_back(v);  // 0\n  }\n"
                   "  std::deque<int> records_;\n};\n");
  code.Step({"", "Server", 80, 1, 0}).Step({"records_", "int*[]", 64, 1, 0});
  code.Step({"", "int[]", 51200, 100, 1});
  EXPECT_NE(code.Propose().diff.find("records_.pop_front();"), std::string::npos);
}

}  // namespace
}  // namespace memprof
