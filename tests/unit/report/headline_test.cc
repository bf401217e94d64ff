// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/headline.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

struct Row {
  FindingKind kind;
  Pattern pattern;
  std::string sub_cause;
  std::string title;
  std::string headline;
};

TEST(Headline, HasThePatternFirst) {
  const std::vector<Row> rows = {
      {FindingKind::kMemoryGrowth, Pattern::kCacheWithoutEviction, "",
       "memory grows: +17.2 KiB per run, no bound seen in 192 runs",
       "cache without eviction: +17.2 KiB per run, no bound seen in 192 runs"},
      {FindingKind::kMemoryLeak, Pattern::kLostOwner, "early return",
       "lost memory: +33 B in 1 block per run",
       "lost owner (early return): +33 B in 1 block per run"},
      {FindingKind::kMemoryLeak, Pattern::kLostOwner, "", "when run alone, lost memory: +33 B",
       "when run alone, lost owner: +33 B"},
      {FindingKind::kMemoryLeak, Pattern::kReferenceCycle, "", "reference cycle: +96 B",
       "reference cycle: +96 B"},
      {FindingKind::kMemoryGrowth, Pattern::kUnboundedCollection, "",
       "memory grows when run alone: +4 KiB per run; in the whole suite A.B gives it back",
       "unbounded collection, memory grows when run alone: +4 KiB per run; in the whole suite A.B "
       "gives it back"},
      {FindingKind::kOneTimeRetention, Pattern::kStaticLifetime, "",
       "memory kept once: 2 MiB, not given back in 12 runs",
       "static lifetime: 2 MiB, not given back in 12 runs"},
      {FindingKind::kFdLeak, Pattern::kHandleNotClosed, "",
       "descriptors left open: +1 per run (socket)", "descriptors left open: +1 per run (socket)"},
      {FindingKind::kOptimization, Pattern::kPeakSite, "", "peak of 3 MiB: 90 % of it by one call",
       "peak of 3 MiB: 90 % of it by one call"},
      {FindingKind::kMemoryLeak, Pattern::kUnknown, "", "lost memory: +33 B", "lost memory: +33 B"},
      {FindingKind::kMemoryLeak, Pattern::kLostOwner, "", "", "lost owner"},
      {FindingKind::kMemoryLeak, Pattern::kUnknown, "a\nb", "two\nlines", "two lines"},
  };
  for (const Row& row : rows) {
    Finding finding;
    finding.kind = row.kind;
    finding.pattern = row.pattern;
    finding.sub_cause = row.sub_cause;
    finding.title = row.title;
    EXPECT_EQ(Headline(finding), row.headline);
  }
}

TEST(Headline, LeavesAGuessOut) {
  Finding finding;
  finding.kind = FindingKind::kMemoryGrowth;
  finding.pattern = Pattern::kListenerNotRemoved;
  finding.title = "memory grows: +1 KiB per run";
  finding.decided_by = {"the function is called Subscribe"};
  EXPECT_EQ(Headline(finding), finding.title);
  finding.pattern_confidence = Confidence::kMedium;
  EXPECT_EQ(Headline(finding), "listener not removed: +1 KiB per run");
}

}  // namespace
}  // namespace memprof
