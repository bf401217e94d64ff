// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// What three shards find, merged by `memprof report`, is what the whole run finds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/report/json_reader.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

constexpr int kShards = 3;

/// `memprof report`.
MemprofRun RunReport(const std::vector<std::string>& arguments, const std::string& out = "") {
  MemprofRun run;
  run.out = out;
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "report"};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.output_path = MEMPROF_TEST_OUTPUT "/report.txt";
  command.unset_environment = {"GITHUB_STEP_SUMMARY"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  if (end && end->how == ProcessEnd::How::kExited) run.exit_code = end->code;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) run.output = *text;
  if (out.empty()) return run;
  if (Result<std::string> json = ReadFile(out + "/report.json"); json.ok()) {
    Result<Report> report = ReadReportJson(*json);
    EXPECT_TRUE(report.ok()) << report.error().message;
    run.has_report = report.ok();
    if (report.ok()) run.report = std::move(report).value();
  }
  return run;
}

/// As Comparable(), whichever of a finding's tests is the worst.
std::string Same(MemprofRun run) {
  for (Finding& finding : run.report.findings) {
    std::sort(finding.tests.begin(), finding.tests.end());
  }
  return Comparable(run);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool HasTitle(const MemprofRun& run, const std::string& begin) {
  return std::any_of(
      run.report.findings.begin(), run.report.findings.end(),
      [&](const Finding& finding) { return finding.title.find(begin) != std::string::npos; });
}

/// The tools confirm tests one by one, sharded or not, and only cost time here.
const std::vector<std::string> kQuickly = {"--tools", "none", "--max-runs", "96"};

MemprofRun RunShard(const std::string& program, int total, int index) {
  return RunMemprof(program, kQuickly, {},
                    {{"GTEST_TOTAL_SHARDS", std::to_string(total)},
                     {"GTEST_SHARD_INDEX", std::to_string(index)}});
}

TEST(Shards, MergedAreAsTheWholeRun) {
  const std::string program = ProgramPath("sharded");
  const MemprofRun whole = RunMemprof(program, kQuickly);
  ASSERT_TRUE(whole.has_report) << whole.output;
  EXPECT_TRUE(HasTitle(whole, "never evicts")) << Describe(whole);
  EXPECT_TRUE(HasTitle(whole, "peak of 80")) << Describe(whole);

  std::vector<std::string> shards;
  for (int i = 0; i < kShards; ++i) {
    const MemprofRun shard = RunShard(program, kShards, i);
    ASSERT_EQ(shard.report.tests.size(), whole.report.tests.size() / kShards) << shard.output;
    EXPECT_FALSE(HasTitle(shard, "never evicts")) << Describe(shard);
    EXPECT_FALSE(HasTitle(shard, "peak of 80")) << Describe(shard);
    shards.push_back(shard.out);
  }
  const std::string out = FreshDirectory("Shards.merged");
  const MemprofRun merged = RunReport({shards[0], shards[1], shards[2], "--out", out}, out);
  ASSERT_TRUE(merged.has_report) << merged.output;
  EXPECT_EQ(Same(merged), Same(whole)) << Describe(merged);
  EXPECT_TRUE(merged.report.conflicts.empty()) << merged.report.conflicts[0];

  // In any order, and what was merged merges again.
  const std::string again = FreshDirectory("Shards.again");
  const MemprofRun other =
      RunReport({shards[2] + "/report.json", shards[1], "--out", again}, again);
  ASSERT_TRUE(other.has_report) << other.output;
  const std::string last = FreshDirectory("Shards.last");
  const MemprofRun both = RunReport({again, shards[0], "--out", last}, last);
  EXPECT_EQ(Same(both), Same(whole)) << Describe(both);
}

TEST(Shards, WhatATestOfAnotherShardGivesBackIsNoLeak) {
  const MemprofRun shard = RunShard(ProgramPath("order_dependent"), 2, 0);
  ASSERT_EQ(shard.report.tests.size(), 1u) << Describe(shard);
  EXPECT_TRUE(shard.Findings(Severity::kCritical).empty()) << Describe(shard);
  const std::vector<const Finding*> warnings = shard.Findings(Severity::kWarning);
  ASSERT_FALSE(warnings.empty()) << Describe(shard);
  for (const Finding* warning : warnings) {
    EXPECT_TRUE(Has(warning->cause, "Order.ClosesTheSession")) << warning->cause;
  }
}

// What a later test frees is more than the leak keeps, and none of it.
TEST(Shards, WhatALaterTestFreesOfItsOwnExcusesNoLeak) {
  const std::string program = ProgramPath("found_beside_a_giver");
  for (const MemprofRun& run : {RunMemprof(program, kQuickly), RunShard(program, 3, 0)}) {
    const std::vector<const Finding*> critical = run.Findings(Severity::kCritical);
    ASSERT_EQ(critical.size(), 1u) << Describe(run);
    EXPECT_EQ(critical[0]->kind, FindingKind::kMemoryLeak);
    EXPECT_EQ(critical[0]->tests, (std::vector<std::string>{"Suite.LosesAName"}));
  }
}

TEST(Report, OfOneDirectoryShowsTheRunAgain) {
  const MemprofRun run = RunMemprof(ExamplePath("lost_owner_leak"), {"--color", "never"});
  ASSERT_TRUE(run.has_report);
  const MemprofRun shown = RunReport({run.out, "--source-root", MEMPROF_TEST_SOURCE});
  EXPECT_EQ(shown.exit_code, run.exit_code);
  const Result<std::string> text = ReadFile(run.out + "/report.txt");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(shown.output, *text);
  const MemprofRun json = RunReport({run.out, "--format", "json"});
  EXPECT_TRUE(ReadReportJson(json.output).ok()) << json.output;
}

TEST(Report, FindsTheReportsBelowADirectory) {
  const MemprofRun run = RunMemprof(ExamplePath("lost_owner_leak"), {"--only", "screen"});
  const Result<std::string> json = ReadFile(run.out + "/report.json");
  ASSERT_TRUE(json.ok());
  const std::string above = FreshDirectory("Report.above");
  ASSERT_TRUE(MakeDirectory(above + "/memprof/a/results").ok());
  ASSERT_TRUE(MakeDirectory(above + "/other").ok());
  ASSERT_TRUE(WriteFile(above + "/memprof/a/report.json", *json).ok());
  ASSERT_TRUE(WriteFile(above + "/memprof/a/results/report.json", *json).ok());
  ASSERT_TRUE(WriteFile(above + "/other/report.json", "{\"somebody\": \"else\"}").ok());
  const MemprofRun shown = RunReport({above});
  EXPECT_TRUE(Has(shown.output, "2 tests")) << shown.output;
  EXPECT_FALSE(Has(shown.output, "contradict")) << shown.output;
}

TEST(Report, SaysWhatIsWrongWithAPart) {
  const std::string empty = FreshDirectory("Report.empty");
  const MemprofRun none = RunReport({empty});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(Has(none.output, "there is no report.json of memprof in " + empty)) << none.output;
  const MemprofRun nowhere = RunReport({empty + "/nowhere"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_TRUE(Has(nowhere.output, "there is no file or directory")) << nowhere.output;
  ASSERT_TRUE(WriteFile(empty + "/report.json", "{\"schema_version\": 1, \"tool\"").ok());
  const MemprofRun damaged = RunReport({empty});
  EXPECT_EQ(damaged.exit_code, 2);
  EXPECT_TRUE(Has(damaged.output, empty + "/report.json: the report ends in the middle"))
      << damaged.output;
  ASSERT_TRUE(WriteFile(empty + "/report.json", "{\"schema_version\": 99}").ok());
  EXPECT_TRUE(Has(RunReport({empty}).output, "schema_version 99"));

  const std::string screened = FreshDirectory("Report.screened");
  ASSERT_TRUE(WriteFile(screened + "/screen.json", "{}").ok());
  const MemprofRun early = RunReport({screened});
  EXPECT_TRUE(Has(early.output, "where CTest has run the screen alone")) << early.output;
}

}  // namespace
}  // namespace memprof
