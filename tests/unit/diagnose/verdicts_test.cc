// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/verdicts.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

using enum Severity;

constexpr std::int64_t kMiB = 1 << 20;

std::optional<Verdict> Grows(Quantity quantity, const std::vector<std::int64_t>& series) {
  return DecideGrowth(quantity, ClassifyGrowth(series), static_cast<int>(series.size()),
                      Thresholds{});
}

std::vector<std::int64_t> Doubling(int runs) {
  std::vector<std::int64_t> values;
  std::int64_t capacity = 1;
  for (int run = 0; run < runs; ++run) {
    while (capacity < run + 1) capacity *= 2;
    values.push_back(4096 + 64 * capacity);
  }
  return values;
}

std::vector<std::int64_t> Plateau(int runs, int full) {
  std::vector<std::int64_t> values;
  for (int run = 0; run < runs; ++run) values.push_back(640 * std::min(run, full));
  return values;
}

Thresholds Budget(std::int64_t bytes) {
  Thresholds thresholds;
  thresholds.peak_budget_bytes = bytes;
  return thresholds;
}

struct Row {
  const char* name;
  std::optional<Verdict> decided;
  std::optional<Verdict> expected;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::vector<Row> Rows() {
  const Thresholds usual;
  const auto once = [&](std::int64_t kept, std::int64_t still, std::int64_t lost, bool growing) {
    return DecideOneTime(kept, still, lost, growing, usual);
  };
  return {
      {"LostInEveryRun", DecideLost(true, false, true),
       Verdict{FindingKind::kMemoryLeak, kCritical}},
      {"LostInOneRunOnly", DecideLost(false, false, true),
       Verdict{FindingKind::kMemoryLeak, kWarning}},
      {"LostOutsideTheSourceRoot", DecideLost(true, true, true),
       Verdict{FindingKind::kMemoryLeak, kWarning}},
      {"LostByAnUnrepeatableTest", DecideLost(true, false, false),
       Verdict{FindingKind::kMemoryLeak, kWarning}},

      {"GrowsFor48Runs", Grows(Quantity::kBytes, Rising(48, 0, 32)),
       Verdict{FindingKind::kMemoryGrowth, kCritical}},
      {"GrowsFor1024Runs", Grows(Quantity::kBytes, Rising(1024, 0, 32)),
       Verdict{FindingKind::kMemoryGrowth, kCritical}},
      {"GrowsStepwise", Grows(Quantity::kBytes, Doubling(48)),
       Verdict{FindingKind::kMemoryGrowth, kCritical}},
      {"GrowsForOnly47Runs", Grows(Quantity::kBytes, Rising(47, 0, 32)),
       Verdict{FindingKind::kMemoryGrowth, kWarning}},
      {"ReachesAPlateau", Grows(Quantity::kBytes, Plateau(192, 90)), std::nullopt},
      {"RoseInWarmUpOnly", Grows(Quantity::kBytes, Plateau(48, 2)), std::nullopt},
      {"StandsStill", Grows(Quantity::kBytes, Rising(48, 9000, 0)), std::nullopt},

      {"DescriptorsGrow", Grows(Quantity::kDescriptors, Rising(12, 5, 1)),
       Verdict{FindingKind::kFdLeak, kCritical}},
      {"ThreadsGrow", Grows(Quantity::kThreads, Rising(12, 1, 1)),
       Verdict{FindingKind::kThreadLeak, kCritical}},
      {"MappingsGrow", Grows(Quantity::kMappedBytes, Rising(12, 0, 4096)),
       Verdict{FindingKind::kMappingLeak, kCritical}},
      {"ADescriptorKeptOnce", Grows(Quantity::kDescriptors, {5, 6, 6, 6, 6, 6, 6, 6, 6}),
       std::nullopt},

      {"KeptOneMebibyteOnce", once(kMiB, kMiB, 0, false),
       Verdict{FindingKind::kOneTimeRetention, kWarning}},
      {"KeptLessThanAMebibyteOnce", once(kMiB - 1, kMiB - 1, 0, false), std::nullopt},
      {"KeptOnceAndGivenBackLater", once(kMiB, 100, 0, false), std::nullopt},
      {"KeptOnceButLost", once(2 * kMiB, 2 * kMiB, 2 * kMiB, false), std::nullopt},
      {"KeptOnceAndGrows", once(2 * kMiB, 9 * kMiB, 0, true), std::nullopt},
      {"KeptOnceNotMeasured", once(-1, 9 * kMiB, 0, false), std::nullopt},

      {"PeakOverItsBudget", DecidePeak(11, 11, Budget(10)),
       Verdict{FindingKind::kBudgetExceeded, kCritical}},
      {"PeakThatMeetsItsBudget", DecidePeak(10, 10, Budget(10)), std::nullopt},
      {"BudgetBeforeSpike", DecidePeak(99 * kMiB, kMiB, Budget(kMiB)),
       Verdict{FindingKind::kBudgetExceeded, kCritical}},
      {"PeakFarAboveTheOthers", DecidePeak(65 * kMiB, 6 * kMiB, usual),
       Verdict{FindingKind::kPeakSpike, kWarning}},
      {"PeakOfOneAmongHighOnes", DecidePeak(65 * kMiB, 7 * kMiB, usual), std::nullopt},
      {"PeakBelow64Mebibytes", DecidePeak(64 * kMiB, 1, usual), std::nullopt},
  };
}

class VerdictTable : public testing::TestWithParam<Row> {};

TEST_P(VerdictTable, DecidesAsTheTableSays) {
  const Row& row = GetParam();
  ASSERT_EQ(row.decided.has_value(), row.expected.has_value());
  if (!row.expected) return;
  EXPECT_STREQ(Name(row.decided->kind), Name(row.expected->kind));
  EXPECT_STREQ(Name(row.decided->severity), Name(row.expected->severity));
}

INSTANTIATE_TEST_SUITE_P(Rows, VerdictTable, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Verdicts, RunsForACriticalGrowthCanBeSet) {
  Thresholds thresholds;
  thresholds.min_runs_for_critical = 12;
  const GrowthResult growth = ClassifyGrowth(Rising(12, 0, 32));
  EXPECT_EQ(DecideGrowth(Quantity::kBytes, growth, 12, thresholds)->severity, kCritical);
}

}  // namespace
}  // namespace memprof
