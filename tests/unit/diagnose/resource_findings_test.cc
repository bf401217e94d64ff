// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_findings.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/growing_resource.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

/// The only finding, which must be the only one.
Finding OnlyFinding(const TestEvidence& evidence) {
  const auto findings = ResourceFindings(evidence, SomeContext(), Thresholds{});
  EXPECT_EQ(findings.size(), 1u);
  return findings.empty() ? Finding{} : findings.front();
}

TEST(ResourceFindings, DescriptorsToOneFileAreOneFindingThatNamesIt) {
  ProcessSeries series = StillSeries(48);
  Raise(Quantity::kDescriptors, 2, &series);
  series.descriptors = {{"/tmp/app.conf", Rising(48, 2, 2)}};
  const Finding finding = OnlyFinding(EvidenceOf(series));
  EXPECT_EQ(finding.kind, FindingKind::kFdLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.pattern, Pattern::kHandleNotClosed);
  EXPECT_EQ(finding.title, "descriptors left open: +2 per run (/tmp/app.conf)");
  EXPECT_EQ(finding.impact.count, 2);
  EXPECT_EQ(finding.location.line, 45);
  ASSERT_EQ(finding.evidence.size(), 1u);
  EXPECT_EQ(finding.evidence[0].source, "listener");
  EXPECT_EQ(finding.evidence[0].text,
            "open descriptors rose in 44 of 44 runs after warm-up, from 11 to 99");
  const ToolsNeeded tools = ToolsFor(EvidenceOf(series), Thresholds{});
  EXPECT_FALSE(tools.lsan || tools.massif);
  EXPECT_TRUE(tools.track_fds);
}

TEST(ResourceFindings, IdentityThatGrowsConvictsThoughTheTotalStandsStill) {
  ProcessSeries series = StillSeries(12);
  series.descriptors = {{"anon_inode:[eventpoll]", Rising(12, 0, 1)},
                        {"pipe:[77]", Rising(12, 40, -1)}};
  const Finding finding = OnlyFinding(EvidenceOf(series));
  EXPECT_EQ(finding.title, "descriptors left open: +1 per run (eventpoll)");
  EXPECT_EQ(finding.growth->series, Rising(12, 0, 1));
}

TEST(ResourceFindings, IdentitiesThatEachRoseOnceAreNamedTogether) {
  const auto sockets_from = [](int first) {
    ProcessSeries series = StillSeries(12);
    Raise(Quantity::kDescriptors, 1, &series);
    for (int run = 0; run < 12; ++run) {
      IdentitySeries identity{"socket:[" + std::to_string(first + run) + "]", Rising(12, 0, 0)};
      for (auto i = static_cast<std::size_t>(run); i < 12; ++i) identity.counts[i] = 1;
      series.descriptors.push_back(identity);
    }
    return OnlyFinding(EvidenceOf(series));
  };
  EXPECT_EQ(sockets_from(1000).title, "descriptors left open: +1 per run (socket ×11)");
  EXPECT_EQ(sockets_from(1000).fingerprint, sockets_from(99'990).fingerprint);
}

TEST(ResourceFindings, ThreadsAndMappingsHaveFindingsOfTheirOwn) {
  ProcessSeries series = StillSeries(48);
  Raise(Quantity::kThreads, 1, &series);
  Raise(Quantity::kMappedBytes, 65536, &series, Scope::kSuite);
  const std::vector<Finding> findings =
      ResourceFindings(EvidenceOf(series), SomeContext(), Thresholds{});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, FindingKind::kThreadLeak);
  EXPECT_EQ(findings[0].pattern, Pattern::kThreadNotJoined);
  EXPECT_EQ(findings[0].title, "threads left running: +1 per run");
  EXPECT_EQ(findings[1].kind, FindingKind::kMappingLeak);
  EXPECT_EQ(findings[1].title, "mappings left: +64 KiB per run");
  EXPECT_EQ(findings[1].scope_label, "suite Cache (SetUpTestSuite)");
  EXPECT_EQ(findings[1].rerun, "memprof run --filter 'Cache.*' -- build/cache_test");
}

TEST(DescriptorKind, LeavesOutWhatDiffersFromRunToRun) {
  EXPECT_EQ(DescriptorKind("socket:[12345]"), "socket");
  EXPECT_EQ(DescriptorKind("anon_inode:[eventpoll]"), "eventpoll");
  EXPECT_EQ(DescriptorKind("/tmp/log.17"), "/tmp/log.#");
  EXPECT_EQ(DescriptorKind(""), "");
}

}  // namespace
}  // namespace memprof
