// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/evidence_file.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

/// Every member differs from its default.
SiteRetention SomeRetention() {
  SiteRetention retention;
  retention.not_measured.clear();
  retention.why_partial = "a thread could not be stopped";
  retention.iterations = {3, 7, 11};
  retention.blocks = 12;
  retention.bytes = 576;
  retention.lost_blocks = 4;
  retention.lost_bytes = 192;
  retention.indirect_blocks = 2;
  retention.outside_circles = 1;
  retention.stack_only_blocks = 1;
  RetentionPath path;
  path.holder = {Holder::Kind::kFunctionStatic,
                 "intern()::seen",
                 "std::set<int>",
                 "/src/t.cc",
                 7,
                 "intern()",
                 "thread worker",
                 "/bin/t",
                 true,
                 {144, 288, 384}};
  path.steps = {{"seen.tree", "std::_Rb_tree_node<int>", "t.cc:9", 8, 384}};
  path.blocks = 8;
  path.bytes = 384;
  path.bytes_at = {100, 200, 384};
  path.is_weak = true;
  path.weak_how = "a pointer with tag bits in its upper 16 bits";
  retention.paths = {path};
  retention.other_paths = 3;
  retention.cycle = OwnershipCycle{{{"A", "b"}, {"closure at t.cc:3", ""}},
                                   "A::b",
                                   "std::shared_ptr<B>",
                                   "/src/t.h",
                                   4,
                                   true,
                                   2,
                                   96};
  return retention;
}

SuspectFile Sample() {
  SuspectFile file;
  file.native_seconds = 0.25;
  TestEvidence test;
  test.test.suite = "S";
  test.test.name = "N";
  test.test.file = "/src/t.cc";
  test.test.line = 12;
  test.kept_once_bytes = 48;
  test.given_back_by = "S.Later";
  test.triage.untraced = "LeakSanitizer answers malloc in this process";
  test.triage.series = Measured<ProcessSeries>::Not("timed out");
  file.evidence.push_back(test);

  TestEvidence suite;
  suite.test = test.test;
  suite.scope = Scope::kSuite;
  suite.triage.untraced.clear();
  suite.triage.ended_early = "the growth budget of 30 s";
  const Stack stack = {{"f()", "/src/t.cc", 7, "/bin/t", 0x1234}, {"main", "", 0, "/bin/t", 9}};
  suite.triage.sites = {{stack, {1, 2, 3}, {1, 1, 1}, 3, {}, SomeRetention()},
                        {stack, {1, 1, 1}, {1, 1, 1}, 1}};
  suite.triage.untracked_blocks = 5;
  suite.triage.resources = {{Quantity::kThreads, stack, {}, {0, 1, 2}},
                            {Quantity::kDescriptors, {}, {"socket:[1]"}, {1, 1, 2}}};
  ProcessSeries series;
  series.iterations = 3;
  series.quantities[0].measured = true;
  series.quantities[0].values = {1, 2, 3};
  series.quantities[0].kept_by_scope[1] = {1, 2, 3};
  series.live_blocks = {1, 1, 1};
  series.descriptors = {{"socket:[1]", {1, 1, 2}}};
  suite.triage.series = series;
  file.evidence.push_back(suite);
  return file;
}

TEST(EvidenceFile, ComesBackAsItWas) {
  const Result<SuspectFile> read = ParseSuspect(RenderSuspect(Sample()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const SuspectFile sample = Sample();
  EXPECT_EQ(read->native_seconds, 0.25);
  EXPECT_EQ(read->test().FullName(), "S.N");
  ASSERT_EQ(read->evidence.size(), 2u);
  const TestEvidence& test = read->evidence[0];
  EXPECT_EQ(test.scope, Scope::kTest);
  EXPECT_EQ(test.kept_once_bytes, 48);
  EXPECT_EQ(test.given_back_by, "S.Later");
  EXPECT_EQ(test.triage.series.why_not(), "timed out");
  EXPECT_EQ(test.triage.untraced, sample.evidence[0].triage.untraced);
  const TestEvidence& suite = read->evidence[1];
  EXPECT_EQ(suite.scope, Scope::kSuite);
  EXPECT_EQ(suite.test.line, 12);
  EXPECT_EQ(suite.triage.untraced, "");
  EXPECT_EQ(suite.triage.ended_early, sample.evidence[1].triage.ended_early);
  EXPECT_EQ(suite.triage.sites, sample.evidence[1].triage.sites);
  EXPECT_EQ(suite.triage.untracked_blocks, 5);
  EXPECT_EQ(suite.triage.resources, sample.evidence[1].triage.resources);
  ASSERT_TRUE(suite.triage.series.has_value());
  const QuantitySeries& live = suite.triage.series->Of(Quantity::kBytes);
  EXPECT_EQ(live.values, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(live.kept_by_scope[1], (std::vector<std::int64_t>{1, 2, 3}));
  ASSERT_EQ(suite.triage.series->descriptors.size(), 1u);
  EXPECT_EQ(suite.triage.series->descriptors[0].target, "socket:[1]");
}

TEST(EvidenceFile, ThatIsCutOrEmptyIsDamaged) {
  const std::string whole = RenderSuspect(Sample());
  EXPECT_FALSE(ParseSuspect(whole.substr(0, whole.size() / 2)).ok());
  std::string other = whole;
  other.replace(other.find("why_partial"), 11, "another_key");
  EXPECT_FALSE(ParseSuspect(other).ok());
  EXPECT_FALSE(ParseSuspect("{\"native_seconds\": 1, \"evidence\": []}").ok());
  // Enumerators are indices of arrays.
  other = whole;
  other.replace(other.find("\"scope\":0"), 9, "\"scope\":7");
  EXPECT_FALSE(ParseSuspect(other).ok());
}

}  // namespace
}  // namespace memprof
