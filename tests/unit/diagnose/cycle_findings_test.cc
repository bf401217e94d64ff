// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/diagnose/diagnosed.h"
#include "tests/unit/diagnose/retention_builder.h"

namespace memprof {
namespace {

constexpr int kRuns = 60;

//   Session ──connection──► Connection
//      ▲                        │
//      └────────session─────────┘        and Session::name, a string that hangs from it
OwnershipCycle Chat() {
  OwnershipCycle cycle;
  cycle.steps = {{"chat::Session", "connection"}, {"chat::Connection", "session"}};
  cycle.weaken = "chat::Connection::session";
  cycle.weaken_type = "std::shared_ptr<chat::Session>";
  cycle.file = "/src/src/chat.cc";
  cycle.line = 17;
  cycle.count = kRuns;
  cycle.bytes = 60 * 128;
  return cycle;
}

const Stack kSession = SharedStack("Open", "chat.cc", 30);
const Stack kConnection = SharedStack("Connect", "chat.cc", 40);
const Stack kName = CallStack("Rename", "chat.cc", 50);

/// A site of `bytes` in one block a run, all of it lost in `cycle`.
TracedSite InCycle(const Stack& stack, std::int64_t bytes, const OwnershipCycle& cycle) {
  TracedSite site = LostBySnapshot(TracedGrowing(Unwound(stack), kRuns, bytes, 1));
  site.retention.indirect_blocks = site.retention.lost_blocks;
  site.retention.cycle = cycle;
  return site;
}

TestEvidence Evidence(std::vector<TracedSite> sites, std::vector<LostSite> lost) {
  std::int64_t bytes = 0, blocks = 0;
  for (const TracedSite& site : sites) {
    bytes += site.bytes.front();
    blocks += site.blocks.front();
  }
  TestEvidence evidence = GrowingEvidence(kRuns, bytes, blocks);
  Trace(std::move(sites), {}, &evidence);
  Confirm(std::move(lost), {}, &evidence);
  return evidence;
}

TestEvidence ChatEvidence(const OwnershipCycle& cycle = Chat()) {
  return Evidence(
      {InCycle(kSession, 80, cycle), InCycle(kConnection, 64, cycle), InCycle(kName, 32, cycle)},
      {Lost(kSession, 80, 1, false), Lost(kConnection, 64, 1, false), Lost(kName, 32, 1, false)});
}

TEST(CycleFindings, OneCycleIsOneFindingWithItsTypesAndTheMemberToWeaken) {
  const Finding finding = OnlyFinding(ChatEvidence());
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.pattern, Pattern::kReferenceCycle);
  EXPECT_EQ(finding.title, "reference cycle: +176 B in 3 blocks per run");
  EXPECT_EQ(finding.location.line, 30);
  EXPECT_EQ(finding.cycle,
            (std::vector<std::string>{"chat::Session.connection", "chat::Connection.session"}));
  EXPECT_EQ(finding.cycle_count, kRuns);
  ASSERT_TRUE(finding.weaken);
  EXPECT_EQ(finding.weaken->member, "chat::Connection::session");
  EXPECT_EQ(finding.weaken->file, "src/chat.cc");
  EXPECT_EQ(finding.weaken->line, 17);
  EXPECT_TRUE(
      finding.cause.starts_with("chat::Session and chat::Connection keep each other alive:"))
      << finding.cause;
  EXPECT_EQ(finding.fix->summary, "make chat::Connection::session a std::weak_ptr");
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "also in the cycle: Connect src/chat.cc:40"));
}

TEST(CycleFindings, WhatHangsFromItIsToldInItEvenIfLeakSanitizerCallsItDirect) {
  const OwnershipCycle cycle = Chat();
  const Finding finding =
      OnlyFinding(Evidence({InCycle(kSession, 80, cycle), InCycle(kName, 32, cycle)},
                           {Lost(kSession, 80, 1, false), Lost(kName, 32, 1, /*direct=*/true)}));
  EXPECT_EQ(finding.pattern, Pattern::kReferenceCycle);
  EXPECT_EQ(finding.impact.bytes_per_iteration, 112);
}

TEST(CycleFindings, AnotherLossIsNotTakenForPartOfIt) {
  const Stack other = CallStack("CopyName", "name.cc", 42);
  const OwnershipCycle cycle = Chat();
  TestEvidence evidence = Evidence(
      {InCycle(kSession, 80, cycle), InCycle(kConnection, 64, cycle)},
      {Lost(kSession, 80, 1, false), Lost(kConnection, 64, 1, false), Lost(other, 500, 1)});
  evidence.triage.sites.push_back(LostBySnapshot(TracedGrowing(Unwound(other), kRuns, 500, 1)));
  const std::vector<Finding> findings = Diagnose(evidence).findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].pattern, Pattern::kLostOwner);
  EXPECT_EQ(findings[0].impact.bytes_per_iteration, 500);
  EXPECT_EQ(findings[1].pattern, Pattern::kReferenceCycle);
}

TEST(CycleFindings, TwoCyclesAreTwoFindings) {
  OwnershipCycle tree = Chat();
  tree.steps = {{"app::Node", "parent"}};
  tree.weaken = "app::Node::parent";
  const std::vector<Finding> findings =
      Diagnose(Evidence({InCycle(kSession, 80, Chat()), InCycle(kConnection, 64, tree)},
                        {Lost(kSession, 80, 1, false), Lost(kConnection, 64, 1, false)}))
          .findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_TRUE(findings[1].cause.starts_with("app::Node keeps itself alive:")) << findings[1].cause;
}

// One constructor makes what both keep, so the two are one finding by its fingerprint.
TEST(CycleFindings, OfOneCallInTwoTestsAreToldBoth) {
  OwnershipCycle timer = Chat();
  timer.steps = {{"chat::Session", "on_close"}, {"closure at chat.cc:31", "self"}};
  timer.weaken = "the capture `self` of the closure at chat.cc:31";
  TestEvidence second = ChatEvidence(timer);
  second.test.name = "Timer";
  std::vector<Finding> findings;
  for (const TestEvidence& evidence : {ChatEvidence(), second}) {
    findings.push_back(DiagnoseSuspect(evidence, SomeContext(), Thresholds{}).findings.at(0));
  }
  const std::vector<Finding> grouped = GroupFindings(findings);
  ASSERT_EQ(grouped.size(), 1u);
  ASSERT_TRUE(grouped[0].weaken.has_value());
  const std::string other =
      grouped[0].weaken->member == Chat().weaken
          ? "another cycle, in Cache.Timer: chat::Session.on_close → closure at chat.cc:31 "
            "(captures self) → chat::Session; weaken the capture `self` of the closure at "
            "chat.cc:31"
          : "another cycle, in " + grouped[0].tests[1] +
                ": chat::Session.connection → chat::Connection.session → chat::Session; weaken "
                "chat::Connection::session";
  EXPECT_EQ(grouped[0].evidence.back().text, other);
  EXPECT_EQ(GroupFindings(grouped)[0].evidence.size(), grouped[0].evidence.size());
}

TEST(CycleFindings, AClosureIsToCaptureAWeakPointer) {
  OwnershipCycle cycle = Chat();
  cycle.steps = {{"chat::Session", "on_close"}, {"closure at chat.cc:31", "session"}};
  cycle.weaken = "the capture `session` of the closure at chat.cc:31";
  cycle.is_closure = true;
  const Finding finding = OnlyFinding(ChatEvidence(cycle));
  EXPECT_EQ(finding.fix->summary, "capture a std::weak_ptr instead of `session`");
  EXPECT_TRUE(Contains(finding.cause, "The closure owns what it captures"));
}

TEST(CycleFindings, WithoutAKnownMemberTheAdviceIsGeneral) {
  OwnershipCycle cycle = Chat();
  cycle.weaken.clear();
  cycle.weaken_type.clear();
  const Finding finding = OnlyFinding(ChatEvidence(cycle));
  EXPECT_EQ(finding.pattern, Pattern::kReferenceCycle);
  EXPECT_FALSE(finding.weaken);
  EXPECT_TRUE(Contains(finding.fix->summary, "one of the pointers around the cycle"));
}

TEST(CycleFindings, NodesThatPointBackWithoutOwningAreNoCycle) {
  OwnershipCycle list = Chat();
  list.steps = {{"app::Node", "next"}, {"app::Node", "previous"}};
  list.weaken = "app::Node::previous";
  list.weaken_type = "app::Node*";
  const Finding finding =
      OnlyFinding(Evidence({InCycle(kName, 32, list)}, {Lost(kName, 32, 1, false)}));
  EXPECT_EQ(finding.pattern, Pattern::kLostOwner);
  EXPECT_TRUE(finding.cycle.empty());
}

TEST(CycleFindings, SharedObjectsThatOnlyPointBackAreNoCycle) {
  TracedSite site = LostBySnapshot(TracedGrowing(Unwound(kSession), kRuns, 80, 1));
  site.retention.indirect_blocks = site.retention.lost_blocks;
  site.retention.outside_circles = site.retention.lost_blocks;
  const Finding lost = OnlyFinding(Evidence({site}, {Lost(kSession, 80, 1, false)}));
  EXPECT_EQ(lost.pattern, Pattern::kLostOwner);
  EXPECT_TRUE(lost.title.starts_with("lost memory: ")) << lost.title;
  EXPECT_TRUE(Contains(lost.cause, "none owns its own owner")) << lost.cause;
  site.retention.outside_circles -= 1;
  const Finding cycle = OnlyFinding(Evidence({site}, {Lost(kSession, 80, 1, false)}));
  EXPECT_EQ(cycle.pattern, Pattern::kReferenceCycle) << "of a circle that could not be told";
}

TEST(CycleFindings, IsFoundWithoutLeakSanitizer) {
  TestEvidence evidence = ChatEvidence();
  evidence.confirm.lost = Measured<std::vector<LostSite>>::Not("it is not installed");
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.pattern, Pattern::kReferenceCycle);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.title, "reference cycle: +176 B in 3 blocks per run");
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "also in the cycle: Connect"));
}

TEST(CycleFindings, HasTheSameFingerprintWithoutHeapSnapshots) {
  TestEvidence without = ChatEvidence();
  for (TracedSite& site : without.triage.sites) site.retention = {};
  const Finding finding = OnlyFinding(without);
  EXPECT_TRUE(finding.cycle.empty());
  EXPECT_EQ(finding.fingerprint, OnlyFinding(ChatEvidence()).fingerprint);
}

TEST(CycleFindings, IsALeakWhereLeakSanitizerMissesIt) {
  TestEvidence evidence = ChatEvidence();
  evidence.confirm.lost = std::vector<LostSite>();
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.title, "reference cycle: +176 B in 3 blocks per run");
  EXPECT_EQ(finding.cycle.size(), 2u);
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "disagrees, nothing unreachable"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "nothing refers to"));
  EXPECT_EQ(finding.fingerprint, OnlyFinding(ChatEvidence()).fingerprint);
}

TEST(CycleFindings, HasTheSnapshotsFiguresWhereLeakSanitizerMissesMostOfIt) {
  TestEvidence evidence = ChatEvidence();
  LostSite some = Lost(kSession, 80, 1, false);
  some.bytes_per_run = some.blocks_per_run = 0;
  some.total_bytes = 160;
  some.total_blocks = 2;
  some.recurs = some.every_run = false;
  evidence.confirm.lost = std::vector<LostSite>{some};
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.title, "reference cycle: +176 B in 3 blocks per run");
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "only 160 B in 2 blocks unreachable"));
}

TEST(CycleFindings, IsNoLeakByAPartialSnapshotAlone) {
  TestEvidence evidence = ChatEvidence();
  evidence.confirm.lost = std::vector<LostSite>();
  for (TracedSite& site : evidence.triage.sites) site.retention.why_partial = "a thread ran on";
  for (const Finding& finding : Diagnose(evidence).findings) {
    EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
    EXPECT_TRUE(finding.cycle.empty());
  }
}

TEST(CycleFindings, NodesThatPointBackAreNoLeakWhereLeakSanitizerReachesThem) {
  OwnershipCycle list = Chat();
  list.steps = {{"app::Node", "next"}, {"app::Node", "previous"}};
  list.weaken = "app::Node::previous";
  list.weaken_type = "app::Node*";
  EXPECT_EQ(OnlyFinding(Evidence({InCycle(kName, 32, list)}, {})).kind, FindingKind::kMemoryGrowth);
}

}  // namespace
}  // namespace memprof
