// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Shards are judged as the whole would be.
#include "runner/diagnose/merged_programs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runner/diagnose/merge.h"

namespace memprof {
namespace {

TestReport TestNamed(const std::string& name) {
  TestReport test;
  test.suite = "S";
  test.name = name;
  return test;
}

Report ShardOf(const std::string& binary, const std::vector<TestReport>& tests) {
  Report report;
  report.binary = binary;
  report.tests = tests;
  return report;
}

/// A shard of a program with a test `name` of that peak, which is told as a spike or not.
Report PeakShard(const std::string& name, std::int64_t peak, bool is_told,
                 bool suppressed = false) {
  TestReport test = TestNamed(name);
  test.iterations.emplace_back();
  test.iterations[0].peak_bytes = peak;
  Report report = ShardOf("a_test", {test});
  report.programs.resize(1);
  report.programs[0].peak_spike_bytes = 64 << 20;
  report.programs[0].peak_spike_factor = 10;
  report.programs[0].one_time_bytes = 1 << 20;
  if (peak <= 64 << 20) return report;
  Finding finding;
  finding.fingerprint = "peak of " + name;
  finding.severity = Severity::kWarning;
  finding.kind = FindingKind::kPeakSpike;
  finding.tests = {"S." + name};
  finding.impact.peak_bytes = peak;
  report.programs[0].high_peaks = {{finding, is_told}};
  if (is_told && !suppressed) report.findings = {finding};
  return report;
}

std::vector<std::string> TitlesOf(const Report& report) {
  std::vector<std::string> titles;
  for (const Finding& finding : report.findings) titles.push_back(finding.title);
  return titles;
}

TEST(MergedShards, JudgesPeaksByAllTestsOfTheProgram) {
  const Report high = PeakShard("High", 100 << 20, false);
  EXPECT_EQ(TitlesOf(MergeReports(std::vector<Report>{high, PeakShard("Low", 1 << 10, false)})),
            std::vector<std::string>{"peak of 100 MiB, while the median of all tests is 1 KiB"});
  EXPECT_TRUE(MergeReports(std::vector<Report>{high, PeakShard("Other", 90 << 20, false)})
                  .findings.empty());
  // One that was a spike in its shard, and is none.
  EXPECT_TRUE(MergeReports(std::vector<Report>{PeakShard("High", 100 << 20, true),
                                               PeakShard("Other", 90 << 20, false)})
                  .findings.empty());
  EXPECT_TRUE(MergeReports(std::vector<Report>{PeakShard("High", 100 << 20, true, true),
                                               PeakShard("Low", 1 << 10, false)})
                  .findings.empty());
}

/// A shard with a test `name` that feeds a cache.
Report FeedingShard(const std::string& name, const std::string& binary = "a_test") {
  Report report = ShardOf(binary, {TestNamed(name)});
  report.programs.resize(1);
  report.programs[0].one_time_bytes = 1 << 20;
  report.programs[0].peak_spike_bytes = 64 << 20;
  FedHolder holder;
  holder.finding.kind = FindingKind::kOneTimeRetention;
  holder.finding.severity = Severity::kWarning;
  holder.finding.fingerprint = "cache";
  holder.finding.held_by = HeldBy{"app::cache", "", "src/cache.cc", 3};
  holder.finding.rerun = "memprof run --filter 'S." + name + "' -- a_test";
  holder.shares = {{"S." + name, 400 << 10, 1, 12}};
  report.programs[0].fed_holders = {holder};
  return report;
}

TEST(MergedShards, TellsAHolderThatTestsOfSeveralShardsFeed) {
  const Report merged =
      MergeReports(std::vector<Report>{FeedingShard("A"), FeedingShard("B"), FeedingShard("C")});
  EXPECT_EQ(TitlesOf(merged),
            std::vector<std::string>{"never evicts: app::cache keeps 1.2 MiB of 3 tests"});
  EXPECT_EQ(merged.findings[0].rerun, "memprof run --filter 'S.A:S.B:S.C' -- a_test");
  for (const TestReport& test : merged.tests) EXPECT_EQ(test.verdict, TestVerdict::kWarning);
  // What was merged merges again; another binary has a cache of its own.
  const Report two = MergeReports(std::vector<Report>{FeedingShard("A"), FeedingShard("B")});
  EXPECT_TRUE(two.findings.empty());
  EXPECT_EQ(MergeReports(std::vector<Report>{two, FeedingShard("C")}).findings.size(), 1u);
  EXPECT_TRUE(MergeReports(std::vector<Report>{two, FeedingShard("C", "b_test")}).findings.empty());
}

TEST(MergedShards, LeavesOutWasteThatNobodyNoticesInTheWhole) {
  Report small = ShardOf("a_test", {TestNamed("Small")});
  small.programs.resize(1);
  small.programs[0].waste_tests = 20;
  small.programs[0].allocated_bytes = 10;
  small.programs[0].allocations = 10;
  small.programs[0].allocating = {{"S.Small", 10, 10}};
  small.findings = {Finding()};
  small.findings[0].fingerprint = "1";
  small.findings[0].severity = Severity::kOptimization;
  small.findings[0].tests = {"S.Small"};
  small.findings[0].kind = FindingKind::kOptimization;
  Report large = ShardOf("a_test", {TestNamed("Large")});
  large.programs = {small.programs[0]};
  large.programs[0].allocated_bytes = 100'000;
  large.programs[0].allocations = 100'000;
  large.programs[0].allocating.clear();
  EXPECT_EQ(MergeReports(std::vector<Report>{small, large}).findings.size(), 1u);
  for (int i = 0; i < 5; ++i) {
    large.programs[0].allocating.push_back({"S.Large" + std::to_string(i), 20'000, 20'000});
  }
  EXPECT_TRUE(MergeReports(std::vector<Report>{small, large}).findings.empty());
}

}  // namespace
}  // namespace memprof
