// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/merged_record.h"

#include <gtest/gtest.h>

#include "runner/analyze/suspects.h"
#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

/// One process that ran one test, with what its suite kept beside it.
RecordFile Process(const std::string& name, std::int64_t kept, std::int64_t kept_by_suite) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("Suite", name), Kept(kept));
  builder.EndSuite("Suite", Kept(kept + kept_by_suite));
  builder.EndIteration(Kept(kept + kept_by_suite));
  RecordFile record = builder.record();
  record.process.emplace();
  record.process->executable = name;
  record.program_ended = true;
  return record;
}

TEST(MergedRecord, HasTheTestsOfAllProcessesAndTheFirstProcess) {
  MergedRecord merged;
  merged.Add(Process("A", 0, 0));
  merged.Add(Process("B", 100, 0));
  merged.Add(Process("A", 0, 0));
  const RecordFile record = std::move(merged).Finish();
  ASSERT_EQ(record.tests.size(), 2u);
  ASSERT_EQ(record.runs.size(), 3u);
  EXPECT_EQ(record.runs[1].test, 1u);
  EXPECT_EQ(record.runs[2].test, 0u);
  EXPECT_EQ(record.process->executable, "A");
  EXPECT_TRUE(record.program_ended);
}

TEST(MergedRecord, MakesTheSameSuspectsAsOneProcess) {
  MergedRecord merged;
  merged.Add(Process("A", 0, 0));
  merged.Add(Process("B", 100, 0));
  const std::vector<Suspect> suspects = FindSuspects(std::move(merged).Finish(), 1 << 20);
  ASSERT_EQ(suspects.size(), 1u);
  EXPECT_EQ(suspects[0].test, 1u);
}

TEST(MergedRecord, WhatASuiteKeepsInEachProcessIsStillTheSuites) {
  MergedRecord merged;
  merged.Add(Process("A", 0, 64));
  merged.Add(Process("B", 0, 64));
  const std::vector<Suspect> suspects = FindSuspects(std::move(merged).Finish(), 1 << 20);
  ASSERT_EQ(suspects.size(), 1u);
  EXPECT_NE(suspects[0].reason.find("suite"), std::string::npos) << suspects[0].reason;
}

TEST(MergedRecord, OneProcessThatDidNotEndIsSaid) {
  MergedRecord merged;
  RecordFile broken = Process("A", 0, 0);
  broken.program_ended = false;
  broken.damage = "cut";
  merged.Add(broken);
  merged.Add(Process("B", 0, 0));
  const RecordFile record = std::move(merged).Finish();
  EXPECT_FALSE(record.program_ended);
  EXPECT_EQ(record.damage, "cut");
}

}  // namespace
}  // namespace memprof
