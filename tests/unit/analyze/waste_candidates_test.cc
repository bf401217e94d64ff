// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/waste_candidates.h"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

constexpr std::uint64_t kKiB = 1 << 10;
constexpr std::uint64_t kMiB = 1 << 20;

record::Window Allocated(std::uint64_t calls, std::uint64_t bytes, std::uint64_t peak,
                         double seconds = 0.001) {
  record::Window window = Kept(0);
  window.allocations = calls;
  window.allocated_bytes = bytes;
  window.peak_bytes = static_cast<std::int64_t>(peak);
  window.wall_ns = static_cast<std::uint64_t>(seconds * 1e9);
  return window;
}

struct Row {
  const char* name;
  std::vector<record::Window> runs;
  bool qualifies;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class WasteCandidateTable : public testing::TestWithParam<Row> {};

TEST_P(WasteCandidateTable, QualifiesByTrafficCallsOrPeak) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  for (const record::Window& window : GetParam().runs) builder.Run(test, window);
  EXPECT_EQ(!FindWasteCandidates(builder.record(), WasteRule()).tests.empty(),
            GetParam().qualifies);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WasteCandidateTable,
    testing::Values(Row{"AnOrdinaryTest", {Allocated(40, 3000, 1500)}, false},
                    Row{"ManyTextsOfSomeKilobytes", {Allocated(500, 60 * kKiB, 10 * kKiB)}, false},
                    Row{"OneBufferIsItsPeak", {Allocated(1, 900 * kKiB, 900 * kKiB)}, false},
                    Row{"TrafficBeyondThePeak", {Allocated(500, 80 * kKiB, 10 * kKiB)}, true},
                    Row{"ManyTinyBlocks", {Allocated(10000, 20 * kKiB, 20 * kKiB)}, true},
                    Row{"AlmostManyTinyBlocks", {Allocated(9999, 20 * kKiB, 20 * kKiB)}, false},
                    Row{"ALargePeak", {Allocated(1, kMiB, kMiB)}, true},
                    Row{"ForAMinuteItIsNothing", {Allocated(10000, kMiB, 10 * kKiB, 60)}, false},
                    Row{"ForAMinuteItIsMuch", {Allocated(600000, 60 * kMiB, 10 * kKiB, 60)}, true},
                    Row{"InItsFirstRunAlone",
                        {Allocated(500, 80 * kKiB, 10 * kKiB), Allocated(5, 2 * kKiB, kKiB)},
                        false},
                    Row{"DidNotRun", {}, false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WasteCandidates, TestsThatDidNotPassAreLeftOut) {
  RecordBuilder builder;
  const record::Window much = Allocated(500, kMiB, 10 * kKiB);
  builder.Run(builder.AddTest("S", "Failed"), much).outcome = record::kOutcomeFailed;
  builder.Run(builder.AddTest("S", "Skipped"), much).outcome = record::kOutcomeSkipped;
  builder.Run(builder.AddTest("S", "Crashed"), much).finished = false;
  record::Window uncounted = much;
  uncounted.measured = 0;
  builder.Run(builder.AddTest("S", "UnderASanitizer"), uncounted);
  const std::uint32_t passed = builder.AddTest("S", "Passed");
  builder.Run(passed, much);
  const WasteCandidates found = FindWasteCandidates(builder.record(), WasteRule());
  ASSERT_EQ(found.tests.size(), 1u);
  EXPECT_EQ(found.tests[0].test, passed);
}

TEST(WasteCandidates, ThoseThatAllocateMostGoFirstAndTheRestIsCounted) {
  RecordBuilder builder;
  for (const std::uint64_t mebibytes : {1, 9, 4}) {
    builder.Run(builder.AddTest("S", "T"), Allocated(500, mebibytes * kMiB, 10 * kKiB));
  }
  WasteRule rule;
  rule.max_tests = 2;
  const WasteCandidates found = FindWasteCandidates(builder.record(), rule);
  ASSERT_EQ(found.tests.size(), 2u);
  EXPECT_EQ(found.tests[0].test, 1u);
  EXPECT_EQ(found.tests[1].test, 2u);
  EXPECT_EQ(found.beyond_limit, 1);
}

TEST(WasteCandidates, WhatIsNotNoticedInTheWholeSuiteIsLeftOut) {
  RecordBuilder builder;
  for (int i = 0; i < 5; ++i) {
    builder.Run(builder.AddTest("S", "OfMostBytes"), Allocated(500, 20 * kMiB, 10 * kKiB));
  }
  builder.Run(builder.AddTest("S", "OfAHundredth"), Allocated(400, kMiB, 10 * kKiB));
  builder.Run(builder.AddTest("S", "OfATwentieth"), Allocated(400, 5 * kMiB, 10 * kKiB));
  builder.Run(builder.AddTest("S", "OfMostCalls"), Allocated(1500000, 100 * kKiB, 10 * kKiB));
  const WasteCandidates found = FindWasteCandidates(builder.record(), WasteRule());
  std::vector<std::uint32_t> tests;
  for (const WasteCandidate& candidate : found.tests) tests.push_back(candidate.test);
  EXPECT_EQ(tests, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 6, 7}));
  EXPECT_EQ(found.beyond_limit, 0);
}

TEST(WasteCandidates, WhereAllTestsAreAlikeSomeStandForTheOthers) {
  RecordBuilder builder;
  for (int i = 0; i < 400; ++i) {
    builder.Run(builder.AddTest("S", "T"), Allocated(500, 17 * kMiB, 10 * kKiB));
  }
  EXPECT_EQ(FindWasteCandidates(builder.record(), WasteRule()).tests.size(), 5u);
}

TEST(WasteCandidates, OnlyAPeakWorthTakingApartNeedsASecondProcess) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("S", "Flat"), Allocated(500, kMiB, 10 * kKiB));
  builder.Run(builder.AddTest("S", "High"), Allocated(500, kMiB, 100 * kKiB));
  const WasteCandidates found = FindWasteCandidates(builder.record(), WasteRule());
  ASSERT_EQ(found.tests.size(), 2u);
  EXPECT_FALSE(found.tests[0].needs_peak);
  EXPECT_TRUE(found.tests[1].needs_peak);
}

}  // namespace
}  // namespace memprof
