// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/process_series.h"

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

using Values = std::vector<std::int64_t>;

/// What one iteration kept, at each level and everything below it.
struct Iteration {
  std::int64_t test = 0;
  std::int64_t suite = 0;
  std::int64_t program = 0;
};

RecordFile RecordOf(const std::vector<Iteration>& iterations) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  std::int64_t live = 1000;
  for (const Iteration& iteration : iterations) {
    live += iteration.program;
    builder.Run(test, Kept(iteration.test));
    builder.EndSuite("S", Kept(iteration.suite));
    builder.EndIteration(Kept(iteration.program), Live(live));
  }
  return builder.record();
}

const Values& KeptBy(Scope scope, const ProcessSeries& series) {
  return series.Of(Quantity::kBytes).kept_by_scope[static_cast<std::size_t>(scope)];
}

TEST(ProcessSeries, OfAnEmptyRecordIsEmpty) {
  const ProcessSeries series = BuildProcessSeries(RecordFile{});
  EXPECT_EQ(series.iterations, 0);
  for (const Quantity quantity : kQuantities) {
    EXPECT_FALSE(series.Of(quantity).measured);
    EXPECT_TRUE(series.Of(quantity).values.empty());
  }
}

TEST(ProcessSeries, HasTheTotalsOfEachQuantity) {
  RecordBuilder builder;
  builder.EndIteration(Kept(0), Live(500, 3, 1, 4096));
  builder.EndIteration(Kept(0), Live(700, 5, 2, 8192));
  const ProcessSeries series = BuildProcessSeries(builder.record());
  EXPECT_EQ(series.Of(Quantity::kBytes).values, (Values{500, 700}));
  EXPECT_EQ(series.Of(Quantity::kDescriptors).values, (Values{3, 5}));
  EXPECT_EQ(series.Of(Quantity::kThreads).values, (Values{1, 2}));
  EXPECT_EQ(series.Of(Quantity::kMappedBytes).values, (Values{4096, 8192}));
  EXPECT_EQ(series.live_blocks, (Values{5, 7}));
  EXPECT_EQ(series.iterations, 2);
}

TEST(ProcessSeries, TellsWhatTestsSuitesAndTheProgramKept) {
  const ProcessSeries series = BuildProcessSeries(RecordOf({{10, 30, 100}, {10, 35, 105}}));
  EXPECT_EQ(KeptBy(Scope::kTest, series), (Values{10, 20}));
  EXPECT_EQ(KeptBy(Scope::kSuite, series), (Values{20, 45}));
  EXPECT_EQ(KeptBy(Scope::kProgram, series), (Values{70, 140}));
}

TEST(ProcessSeries, LeavesOutAnIterationThatDidNotEnd) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  builder.Run(test, Kept(10));
  builder.EndIteration(Kept(10), Live(500));
  builder.Run(test, Kept(10));
  builder.BreakIteration();
  const ProcessSeries series = BuildProcessSeries(builder.record());
  EXPECT_EQ(series.iterations, 1);
  EXPECT_EQ(KeptBy(Scope::kTest, series), (Values{10}));
}

TEST(ProcessSeries, WithAHoleIsNotMeasured) {
  for (int hole = 0; hole < 3; ++hole) {
    RecordBuilder builder;
    for (int i = 0; i < 3; ++i) {
      record::Totals totals = Live(500, 3);
      if (i == hole) totals.measured &= ~static_cast<std::uint32_t>(record::kDescriptorsMeasured);
      builder.EndIteration(Kept(0), totals);
    }
    const ProcessSeries series = BuildProcessSeries(builder.record());
    EXPECT_FALSE(series.Of(Quantity::kDescriptors).measured) << hole;
    EXPECT_TRUE(series.Of(Quantity::kBytes).measured);
  }
}

TEST(ProcessSeries, DoesNotReadFieldsOfWindowsThatWereNotMeasured) {
  RecordBuilder builder;
  record::Window window = Kept(10, 99);
  window.measured = record::kHeapMeasured;
  builder.Run(builder.AddTest("S", "A"), window);
  builder.EndIteration(Kept(10), Live(500));
  const ProcessSeries series = BuildProcessSeries(builder.record());
  EXPECT_EQ(series.Of(Quantity::kDescriptors).kept_by_scope[0], (Values{0}));
  EXPECT_EQ(KeptBy(Scope::kTest, series), (Values{10}));
}

RecordedDescriptorChange Change(const std::string& target, int delta, int count) {
  return {target, delta, count, 0, 0};
}

TEST(ProcessSeries, FollowsEachDescriptorIdentity) {
  RecordBuilder builder;
  builder.EndIteration(Kept(0), Live(0)).descriptors = {Change("/a", 1, 1)};
  builder.EndIteration(Kept(0), Live(0));
  builder.EndIteration(Kept(0), Live(0)).descriptors = {Change("/a", 2, 3), Change("/b", -1, 4)};
  builder.EndIteration(Kept(0), Live(0));
  const ProcessSeries series = BuildProcessSeries(builder.record());
  ASSERT_EQ(series.descriptors.size(), 2u);
  EXPECT_EQ(series.descriptors[0].target, "/a");
  EXPECT_EQ(series.descriptors[0].counts, (Values{1, 1, 3, 3}));
  EXPECT_EQ(series.descriptors[1].target, "/b");
  EXPECT_EQ(series.descriptors[1].counts, (Values{5, 5, 4, 4}));
}

TEST(ProcessSeries, AddsUpIdentitiesOfOneName) {
  RecordBuilder builder;
  builder.EndIteration(Kept(0), Live(0)).descriptors = {Change("/a", 1, 1), Change("/a", 1, 1)};
  builder.EndIteration(Kept(0), Live(0)).descriptors = {Change("/a", 1, 2), Change("/a", -1, 0)};
  const ProcessSeries series = BuildProcessSeries(builder.record());
  ASSERT_EQ(series.descriptors.size(), 1u);
  EXPECT_EQ(series.descriptors[0].counts, (Values{2, 2}));
}

struct ScopeRow {
  const char* name;
  std::vector<Iteration> iterations;
  Scope expected;
};

void PrintTo(const ScopeRow& row, std::ostream* out) { *out << row.name; }

class ScopeTable : public testing::TestWithParam<ScopeRow> {};

TEST_P(ScopeTable, IsTheSteepestAfterWarmUp) {
  const ProcessSeries series = BuildProcessSeries(RecordOf(GetParam().iterations));
  EXPECT_EQ(ScopeOfGrowth(series.Of(Quantity::kBytes), 2), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ScopeTable,
    testing::Values(
        ScopeRow{"Test", {{9, 9, 9}, {9, 9, 9}, {9, 9, 9}, {9, 9, 9}}, Scope::kTest},
        ScopeRow{"Suite", {{0, 9, 9}, {0, 9, 9}, {0, 9, 9}, {0, 9, 9}}, Scope::kSuite},
        ScopeRow{"Program", {{0, 0, 9}, {0, 0, 9}, {0, 0, 9}, {0, 0, 9}}, Scope::kProgram},
        ScopeRow{"Level", {{9, 18, 18}, {9, 18, 18}, {9, 18, 18}, {9, 18, 18}}, Scope::kTest},
        ScopeRow{
            "ProgramInWarmUpOnly", {{9, 9, 999}, {9, 9, 999}, {9, 9, 9}, {9, 9, 9}}, Scope::kTest},
        ScopeRow{"PushesIntoASuiteThatFrees",
                 {{9, 0, 4}, {9, 0, 4}, {9, 0, 4}, {9, 0, 4}},
                 Scope::kTest},
        ScopeRow{"TooShort", {{0, 0, 9}, {0, 0, 9}}, Scope::kTest}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
