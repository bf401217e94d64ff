// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/traced_match.h"
#include "tests/unit/diagnose/diagnosed.h"

namespace memprof {
namespace {

constexpr int kRuns = 12;

const Stack kCopy = CallStack("CopyName", "name.cc", 42);

/// Live blocks and bytes that rise with what the sites take, too short to convict.
TestEvidence TracedEvidence(std::vector<TracedSite> sites) {
  ProcessSeries series = StillSeries(kRuns);
  series.live_blocks.assign(kRuns, 100);
  for (const TracedSite& site : sites) {
    for (std::size_t i = 0; i < kRuns; ++i) series.live_blocks[i] += site.blocks[i];
  }
  TestEvidence evidence = EvidenceOf(std::move(series));
  Trace(std::move(sites), {}, &evidence);
  return evidence;
}

TEST(TracedLoss, IsLocatedByTheTraceAndBothAgree) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(Unwound(kCopy), kRuns, 33, 1)});
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.location.file, "src/name.cc");
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_EQ(finding.evidence[0].source, "trace");
  EXPECT_EQ(finding.evidence[0].text,
            "+33 B in 1 block per run, alive at the end of all 12 runs, made in 12 of 12 runs");
  EXPECT_EQ(finding.evidence[1].text,
            "297 B in 9 blocks unreachable after 9 runs; same line as the trace");
}

TEST(TracedLoss, InANamespaceWithoutANameIsLocatedByTheTraceToo) {
  // What compilers give no linkage name, LeakSanitizer prints without its scope.
  const Stack whole =
      CallStack("app::(anonymous namespace)::Names<a::B>::Copy(int)", "name.cc", 42);
  TestEvidence evidence = TracedEvidence({TracedGrowing(Unwound(whole), kRuns, 33, 1)});
  Confirm({Lost(CallStack("Copy", "name.cc", 42), 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.function, "app::Names<a::B>::Copy");
  EXPECT_EQ(finding.evidence[0].source, "trace");
}

TEST(TracedLoss, IsTheSameFindingWithAndWithoutATrace) {
  TestEvidence traced = TracedEvidence({TracedGrowing(Unwound(kCopy), kRuns, 33, 1)});
  TestEvidence untraced = EvidenceOf(StillSeries(kRuns));
  Confirm({Lost(kCopy, 33, 1)}, {}, &traced);
  Confirm({Lost(kCopy, 33, 1)}, {}, &untraced);
  EXPECT_EQ(OnlyFinding(traced).fingerprint, OnlyFinding(untraced).fingerprint);
  EXPECT_EQ(OnlyFinding(traced).title, OnlyFinding(untraced).title);
}

TEST(TracedLoss, SaysBothPlacesWhereLeakSanitizerNamesAnotherLine) {
  const Stack traced = Unwound(CallStack("CopyName", "name.cc", 43));
  TestEvidence evidence = TracedEvidence({TracedGrowing(traced, kRuns, 33, 1)});
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, 43);
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "it puts it at CopyName src/name.cc:42"));
}

TEST(TracedLoss, TwoLinesOfOneFunctionAreNotTakenForEachOther) {
  const Stack other = Unwound(CallStack("CopyName", "name.cc", 50));
  TestEvidence evidence = TracedEvidence({TracedGrowing(other, kRuns, 4096, 1)});
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_EQ(EvidenceText(finding, "trace"), "");
  // Something of that function is alive, so nobody can say that all of it was freed.
  EXPECT_EQ(finding.severity, Severity::kCritical);
}

/// A function of a plug-in, called by the test's body.
Stack OfPlugin(const std::string& function, int line) {
  return CallStack(function, "plugin.cc", line);
}

/// What LeakSanitizer can still say of it when the plug-in is unloaded.
Stack Unloaded() {
  Stack stack = OfPlugin("Load", 7);
  stack[1] = {};
  return stack;
}

TEST(TracedLoss, InAPlugInThatWasUnloadedIsLocatedByTheTrace) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(Unwound(OfPlugin("Load", 7)), kRuns, 33, 1),
                                          TracedGrowing(Unwound(kCopy), kRuns, 64, 1)});
  Confirm({Lost(Unloaded(), 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.file, "src/plugin.cc");
  EXPECT_EQ(finding.location.line, 7);
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "the module was unloaded by then"));
}

TEST(TracedLoss, OfTwoFunctionsOfAnUnloadedPlugInNoneIsPicked) {
  TestEvidence evidence =
      TracedEvidence({TracedGrowing(Unwound(OfPlugin("Load", 7)), kRuns, 33, 1),
                      TracedGrowing(Unwound(OfPlugin("Start", 9)), kRuns, 33, 1)});
  Confirm({Lost(Unloaded(), 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, 47);
  EXPECT_EQ(EvidenceText(finding, "trace"), "");
}

TEST(TracedLoss, WithoutDebugInformationIsKnownByFunctionsAlone) {
  Stack traced = {{"Grow()", "", 0, "/build/one_test", 0x10},
                  {"One_IsLost_Test::TestBody()", "", 0, "/build/one_test", 0x20},
                  {"", "", 0, "/lib/libc.so.6", 0x30},
                  {"_start", "", 0, "/build/one_test", 0x40}};
  Stack lost = {{"operator new(unsigned long)", "lsan.cpp", 248, ""},
                {"Grow()", "", 0, "/build/one_test", 0x10},
                {"One_IsLost_Test::TestBody()", "", 0, "/build/one_test", 0x20},
                {"__libc_start_call_main", "../libc_start_call_main.h", 58, ""}};
  TestEvidence evidence = TracedEvidence({TracedGrowing(traced, kRuns, 33, 1)});
  Confirm({Lost(lost, 33, 1)}, {}, &evidence);
  EXPECT_NE(EvidenceText(OnlyFinding(evidence), "trace"), "");
}

struct VerdictRow {
  const char* name;
  LostSite lost;
  std::vector<TracedSite> sites;
  std::optional<Severity> severity;
  const char* says;  ///< in the cause
};

void PrintTo(const VerdictRow& row, std::ostream* out) { *out << row.name; }

LostSite Seldom(Stack stack, std::int64_t blocks) { return LostOnce(std::move(stack), 33, blocks); }

TracedSite MadeOften(Stack stack, std::vector<std::int64_t> blocks, int made) {
  TracedSite site{std::move(stack), {}, std::move(blocks), made};
  for (const std::int64_t each : site.blocks) site.bytes.push_back(each * 33);
  return site;
}

std::vector<VerdictRow> VerdictRows() {
  using enum Severity;
  const Stack elsewhere = Unwound(CallStack("Other", "other.cc", 7));
  const Stack here = Unwound(kCopy);
  const TracedSite kept = TracedOnce(elsewhere, kRuns, 500, 2);
  return {
      {"LostAndMadeInEveryRun",
       Lost(kCopy, 33, 1),
       {TracedGrowing(here, kRuns, 33, 1)},
       kCritical,
       "Nothing points to this memory"},
      {"FreedLaterByWhomever", Lost(kCopy, 33, 1), {kept}, kWarning, "all of it was given back"},
      {"FreedLaterAndLostOnceIsAHiddenPointer", LostOnce(kCopy, 500, 2), {kept}, {}, ""},
      {"FreedLaterAndLostOnceButLarge",
       LostOnce(kCopy, 2 << 20, 2),
       {kept},
       kWarning,
       "all of it was given back"},
      {"LostOnceAndAlive",
       LostOnce(kCopy, 500, 2),
       {TracedOnce(here, kRuns, 500, 2)},
       kWarning,
       "lost in one run only"},
      {"LostAgainAloneAndMadeOnceAmongOthers",
       Lost(kCopy, 33, 1),
       {TracedOnce(here, kRuns, 33, 1)},
       kWarning,
       "a single run made what is left"},
      // Stack slots hid what the shorter run lost; the trace knows that four runs made it.
      {"LostInOneLongRunAndMadeInFour",
       Seldom(kCopy, 3),
       {MadeOften(here, {0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4}, 4)},
       kCritical,
       "Nothing points to this memory"},
      {"SomeLostAndTheRestReachable",
       Seldom(kCopy, 2),
       {MadeOften(here, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 12)},
       kWarning,
       "lost in one run only"},
      {"StacksThatWereNotKeptMayBeIt",
       Lost(kCopy, 33, 1),
       {TracedOnce({}, kRuns, 33, 1)},
       kCritical,
       "Nothing points to this memory"},
      {"BlocksThatRiseMayBeIt",
       Lost(kCopy, 33, 1),
       {TracedGrowing(elsewhere, kRuns, 33, 1)},
       kCritical,
       "Nothing points to this memory"},
      {"WhatTheSuiteLostTheTestsTraceDoesNotTell",
       Lost(SuiteStack(), 33, 1),
       {kept},
       kCritical,
       "Nothing points to this memory"},
  };
}

class TracedLossTable : public testing::TestWithParam<VerdictRow> {};

TEST_P(TracedLossTable, DecidesByBoth) {
  const VerdictRow& row = GetParam();
  TestEvidence evidence = TracedEvidence(row.sites);
  Confirm({row.lost}, {}, &evidence);
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), row.severity ? 1u : 0u);
  if (!row.severity) return;
  EXPECT_STREQ(Name(diagnosis.findings[0].severity), Name(*row.severity));
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryLeak);
  EXPECT_TRUE(Contains(diagnosis.findings[0].cause, row.says)) << diagnosis.findings[0].cause;
}

INSTANTIATE_TEST_SUITE_P(Rows, TracedLossTable, testing::ValuesIn(VerdictRows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TracedLoss, ContradictionSaysWhoSaysWhatAndAdvisesNothing) {
  TestEvidence evidence = TracedEvidence({TracedOnce(LibraryStack(), kRuns, 500, 2)});
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "9 blocks unreachable after 9 runs"));
  EXPECT_EQ(EvidenceText(finding, "trace"),
            "none of it is left after 12 runs among the other suspects\n");
  EXPECT_FALSE(finding.fix);
}

TEST(TracedLoss, EvidenceOnASuiteLeavesTheTestsLossesToTheirOwn) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(SuiteStack(), kRuns, 64, 1)});
  evidence.scope = Scope::kSuite;
  Confirm({Lost(kCopy, 33, 1), Lost(SuiteStack(), 64, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.scope_label, "suite Cache (SetUpTestSuite)");
  EXPECT_EQ(finding.location.line, 9);
  EXPECT_TRUE(finding.tests.empty());
}

TEST(TracedMatcher, KnowsAStrippedProgramByModuleAndOffset) {
  const auto stripped = [](std::uint64_t offset) {
    return Stack{{"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6", 0x9f0},
                 {"", "", 0, "/b/cache_test", offset},
                 {"", "", 0, "/b/cache_test", offset + 0x100}};
  };
  TestEvidence evidence = TracedEvidence({TracedGrowing(stripped(0x1235), kRuns, 33, 1)});
  const DiagnoseContext context = SomeContext();
  const TracedMatcher trace(evidence, context);
  EXPECT_EQ(trace.Find(Lost(stripped(0x1234), 33, 1)).agreement, Agreement::kSameStack);
  EXPECT_EQ(trace.Find(Lost(stripped(0x1237), 33, 1)).agreement, Agreement::kNone);
}

TEST(TracedMatcher, IgnoresFramesOfTheStandardLibrary) {
  const auto through = [](const std::vector<Frame>& library) {
    std::vector<Frame> callers = library;
    callers.push_back({"curl_easy_init", "", 0, "/usr/lib/libcurl.so.4"});
    return TestStack(callers);
  };
  TestEvidence evidence = TracedEvidence({TracedGrowing(
      through({{"strdup", "./string/strdup.c", 42, "/lib/libc.so.6"}}), kRuns, 33, 1)});
  const DiagnoseContext context = SomeContext();
  const TracedMatcher trace(evidence, context);
  EXPECT_EQ(trace.Find(Lost(through({}), 33, 1)).agreement, Agreement::kSameStack);
}

}  // namespace
}  // namespace memprof
