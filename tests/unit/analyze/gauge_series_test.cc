// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/gauge_series.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/analyze/ignored_blocks.h"
#include "runner/analyze/merged_record.h"
#include "runner/analyze/suspects.h"
#include "runner/analyze/trace_owners.h"
#include "tests/unit/analyze/record_builder.h"
#include "tests/unit/analyze/trace_builder.h"

namespace memprof {
namespace {

using Values = std::vector<std::int64_t>;

/// Two tests, `runs` iterations. A raises gauge 0 by `of_a` a run, and each iteration ends with
/// `between` more than its tests raised it by.
RecordFile Gauged(int runs, std::int64_t of_a, std::int64_t between,
                  record::GaugeKind kind = record::kReadGauge) {
  RecordBuilder builder;
  const std::uint32_t a = builder.AddTest("S", "A");
  const std::uint32_t b = builder.AddTest("S", "B");
  std::int64_t now = 100;
  for (int run = 0; run < runs; ++run) {
    RecordedRun& of = builder.Run(a, Kept(0));
    if (of_a != 0) of.gauges.push_back({0, 1, now, now + of_a});
    builder.Run(b, Kept(0));
    now += of_a + between;
    builder.EndIteration(Kept(0), Live(0)).gauges.push_back({0, 1, 100, now});
  }
  RecordFile record = builder.record();
  record.gauges = {{"gpu bytes", kind}};
  return record;
}

GaugeSeries Only(const RecordFile& record) {
  const std::vector<GaugeSeries> all = BuildGaugeSeries(record);
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? GaugeSeries{} : all.front();
}

const Values& Of(const GaugeSeries& series, Scope scope) {
  return series.kept_by_scope[static_cast<std::size_t>(scope)];
}

TEST(GaugeSeries, TellsTestsFromWhatIsBetweenThem) {
  const GaugeSeries series = Only(Gauged(3, 7, 0));
  EXPECT_TRUE(series.measured);
  EXPECT_EQ(series.values, (Values{107, 114, 121}));
  EXPECT_EQ(Of(series, Scope::kTest), (Values{7, 14, 21}));
  EXPECT_EQ(Of(Only(Gauged(3, 0, 5)), Scope::kTest), (Values{0, 0, 0}));
}

TEST(GaugeSeries, AMissingValueIsNotMeasured) {
  RecordFile record = Gauged(3, 7, 0);
  record.runs[2].gauges[0].is_measured = 0;
  record.iterations[1].gauges[0].is_measured = 0;
  EXPECT_FALSE(Only(record).measured);
}

TEST(GaugeSeries, OfOneThatLivesWithinATestTheWindowsTell) {
  RecordFile record = Gauged(3, 7, 0);
  for (RecordedIteration& iteration : record.iterations) iteration.gauges[0].is_measured = 0;
  const GaugeSeries series = Only(record);
  EXPECT_TRUE(series.measured);
  EXPECT_EQ(series.values, (Values{7, 14, 21}));
}

TEST(GaugeSeries, BeforeTheFirstObjectThereWasNone) {
  RecordFile record = Gauged(3, 1, 0, record::kPairGauge);
  record.iterations[0].gauges.clear();
  EXPECT_EQ(Only(record).values.front(), 0);
}

TEST(GaugeSeries, AnIterationThatDidNotEndIsLeftOut) {
  RecordFile record = Gauged(3, 7, 0);
  record.iterations[2].finished = false;
  EXPECT_EQ(Only(record).values, (Values{107, 114}));
}

TEST(GaugeSeries, APairThatNobodyCallsWhereItIsSeenIsNotMeasured) {
  RecordFile record = Gauged(3, 0, 0, record::kPairGauge);
  record.pair_functions = {{{0, record::kAcquires, 0, 0}, "fig_new"},
                           {{0, record::kReleases, 1, 0}, "fig_free"}};
  EXPECT_FALSE(Only(record).measured);
  EXPECT_EQ(UnseenAcquires(record), std::vector<std::string>{"fig_new"});
  record.pair_functions.push_back({{0, record::kAcquires, 1, 0}, "fig_open"});
  EXPECT_TRUE(Only(record).measured);
  EXPECT_TRUE(UnseenAcquires(record).empty());
  EXPECT_EQ(Only(record).releases, std::vector<std::string>{"fig_free"});
}

TEST(GaugeSeries, ATestThatRaisesOneIsSuspect) {
  const std::vector<Suspect> suspects = FindSuspects(Gauged(1, 7, 0), 1 << 20);
  ASSERT_EQ(suspects.size(), 1u);
  EXPECT_EQ(suspects[0].test, 0u);
  EXPECT_TRUE(FindSuspects(Gauged(1, -7, 0), 1 << 20).empty());
  EXPECT_EQ(FindSuspects(Gauged(1, 0, 200, record::kPairGauge), 1 << 20).size(), 1u)
      << "an object that an environment acquires";
}

TEST(GaugeSeries, OfSeveralProcessesGaugesAreMatchedByName) {
  RecordFile other = Gauged(1, 3, 0);
  other.gauges = {{"other", record::kReadGauge}};
  MergedRecord merged;
  merged.Add(Gauged(1, 7, 0));
  merged.Add(other);
  merged.Add(Gauged(1, 9, 0));
  const RecordFile record = std::move(merged).Finish();
  ASSERT_EQ(record.gauges.size(), 2u);
  ASSERT_EQ(record.runs.size(), 6u);
  EXPECT_EQ(record.runs[0].gauges[0].gauge, 0u);
  EXPECT_EQ(record.runs[2].gauges[0].gauge, 1u);
  EXPECT_EQ(record.runs[4].gauges[0].gauge, 0u);
}

StackReader Nameless() {
  return {[](std::uint32_t stack) {
            return Stack{{"f" + std::to_string(stack), "", 0, ""}};
          },
          [](std::uint32_t) { return false; }};
}

TEST(TracedGauges, AreTheirTestsOwn) {
  const std::vector<TracedOwner> owners =
      BuildTracedOwners(TraceBuilder().In(Gauged(3, 7, 0)), Nameless());
  ASSERT_EQ(owners.size(), 4u) << "two tests, the suite, the program, and nobody is not told";
  EXPECT_EQ(owners[0].series.gauges[0].values, (Values{7, 14, 21}));
  EXPECT_TRUE(owners[0].series.gauges[0].measured);
  EXPECT_EQ(owners[1].series.gauges[0].values, (Values{0, 0, 0}));
}

TEST(TracedGauges, ObjectsBelongToWhoeverAcquiredThem) {
  // A acquires one each run, which B releases but for the last; and B one that stays.
  RecordFile record = Gauged(3, 1, 0, record::kPairGauge);
  for (std::size_t i = 0; i < 3; ++i) record.iterations[i].gauges[0].value = 1;
  TraceBuilder builder;
  const auto stack = builder.AddStack({0x10});
  for (std::uint32_t run = 0; run < 3; ++run) {
    const auto origin = builder.AddOrigin(stack, builder.AddTestWindow(0, run));
    if (run > 0)
      builder.RemoveResource(record::kPairedObject, run, origin, 0x1000 + run - 1, "gpu bytes");
    builder.AddResource(record::kPairedObject, run, origin, 0x1000 + run, "gpu bytes");
  }
  const std::vector<TracedOwner> owners = BuildTracedOwners(builder.In(record), Nameless());
  EXPECT_EQ(owners[0].series.gauges[0].values, (Values{1, 1, 1})) << "not 1, 2, 3 by its windows";
  ASSERT_EQ(owners[0].objects.size(), 1u);
  EXPECT_EQ(owners[0].objects[0].values, (Values{1, 1, 1}));
  EXPECT_EQ(owners[0].objects[0].kind, "gpu bytes");
  EXPECT_TRUE(owners[0].resources.empty()) << "an object is no mapping";
}

TEST(TracedGauges, WhatTheTraceLacksIsToldByWindows) {
  const std::vector<TracedOwner> owners =
      BuildTracedOwners(TraceBuilder().In(Gauged(3, 1, 0, record::kPairGauge)), Nameless());
  EXPECT_EQ(owners[0].series.gauges[0].values, (Values{1, 2, 3}));
  EXPECT_TRUE(owners[0].objects.empty());
}

TEST(IgnoredBlocks, AreNobodysInATrace) {
  TraceBuilder builder;
  const auto stack = builder.AddStack({0x10});
  for (std::uint32_t run = 0; run < 3; ++run) {
    const auto ignored =
        builder.AddOrigin(stack, builder.AddWindow(record::kIgnoredWindow, record::kNoTest, run));
    const auto counted = builder.AddOrigin(stack, builder.AddTestWindow(0, run));
    builder.SetSurvivors(run, ignored, 1, 1000);
    builder.SetSurvivors(run, counted, 1, 10);
  }
  for (const TracedOwner& owner : BuildTracedOwners(builder.In(Gauged(3, 0, 0)), Nameless())) {
    const bool is_a = owner.name == "S.A";
    EXPECT_EQ(owner.series.Of(Quantity::kBytes).values,
              is_a ? (Values{10, 20, 30}) : (Values{0, 0, 0}))
        << owner.name;
  }
}

TEST(IgnoredBlocks, AreTakenOffTheWindowsAroundThem) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  for (int run = 1; run <= 2; ++run) {
    record::Window window = Kept(100);
    window.allocations = 5;
    builder.Run(test, window).ignored = record::Ignored{test, 0, 90, 1, 4};
    builder.EndSuite("S", Kept(100));
    builder.EndIteration(Kept(100), Live(100 * run));
  }
  RecordFile record = builder.record();
  TakeOffIgnored(&record);
  EXPECT_EQ(record.runs[1].window.kept_bytes, 10);
  EXPECT_EQ(record.runs[1].window.kept_blocks, 0);
  EXPECT_EQ(record.runs[1].window.allocations, 1u);
  EXPECT_EQ(record.suites[1].window.kept_bytes, 10);
  EXPECT_EQ(record.iterations[1].window.kept_bytes, 10);
  EXPECT_EQ(record.iterations[0].totals.live_bytes, 10);
  EXPECT_EQ(record.iterations[1].totals.live_bytes, 20);
  EXPECT_EQ(record.iterations[1].totals.live_blocks, 0);
}

}  // namespace
}  // namespace memprof
