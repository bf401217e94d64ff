// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_authored.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/report/dump.h"
#include "tests/unit/parse/flipped_payloads.h"
#include "tests/unit/parse/record_bytes.h"

namespace memprof {
namespace {

Payload GaugePayload(std::uint32_t id, record::GaugeKind kind, const std::string& name) {
  return Of(record::Gauge{id, kind}).Text(name);
}

Payload ValuesPayload(std::uint32_t iteration, std::uint32_t test,
                      const std::vector<record::GaugeValue>& values) {
  Payload payload =
      Of(record::GaugeValues{iteration, test, static_cast<std::uint32_t>(values.size()), 0});
  for (const record::GaugeValue& value : values) payload.Struct(value);
  return payload;
}

Payload LimitsPayload(std::int64_t peak, std::int64_t kept, std::int64_t allocations) {
  return Of(record::Limits{0, 0, 12, 0, peak, kept, allocations}).Text("a\xff.cc");
}

/// A test within an iteration, with everything that its author can say.
std::string AuthoredRecord() {
  RecordBytes bytes;
  return bytes.Add(record::kIterationStart, Of(record::IterationStart{0, 1}))
      .Add(record::kGauge, GaugePayload(0, record::kReadGauge, "gpu bytes"))
      .Add(record::kGauge, GaugePayload(1, record::kPairGauge, "figure"))
      .Add(record::kTestInfo, TestPayload(0))
      .Add(record::kTestStart, Of(record::TestStart{0, 0}))
      .Add(record::kLimits, LimitsPayload(4096, -1, 7))
      .Add(record::kKeeps, Of(record::Keeps{0, 0, 13, 0, 99}).Text("a.cc").Text("one log"))
      .Add(record::kKeeps, Of(record::Keeps{0, 0, 14, 0, 1}).Text("a.cc").Text("and a lock"))
      .Add(record::kIgnored, Of(record::Ignored{0, 0, 64, 2, 3}))
      .Add(record::kGaugeValues, ValuesPayload(0, 0, {{0, 1, 10, 30}, {1, 0, 0, 0}}))
      .Add(record::kTestEnd, Of(record::TestEnd{0, 0, 0, 0, SampleWindow(1)}))
      .Add(record::kPairFunction,
           Of(record::PairFunction{1, record::kAcquires, 0, 0}).Text("figure_new"))
      .Add(record::kPairFunction,
           Of(record::PairFunction{1, record::kAcquires, 2, 0}).Text("figure_new"))
      .Add(record::kPairFunction,
           Of(record::PairFunction{1, record::kReleases, 1, 0}).Text("figure_free"))
      .Add(record::kGaugeValues, ValuesPayload(0, record::kNoTest, {{0, 1, 10, 30}, {1, 1, 0, 5}}))
      .Done();
}

TEST(RecordAuthored, WhatATestSaysIsItsRuns) {
  const Result<RecordFile> parsed = Parse(AuthoredRecord());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->damage, "");
  ASSERT_EQ(parsed->gauges.size(), 2u);
  EXPECT_EQ(parsed->gauges[0].name, "gpu bytes");
  EXPECT_EQ(parsed->gauges[1].kind, record::kPairGauge);
  ASSERT_EQ(parsed->runs.size(), 1u);
  const RecordedRun& run = parsed->runs[0];
  ASSERT_TRUE(run.limits && run.ignored);
  EXPECT_EQ(run.limits->file, "a\xff.cc");
  EXPECT_EQ(run.limits->what.line, 12u);
  EXPECT_EQ(run.limits->what.peak_bytes, 4096);
  EXPECT_EQ(run.limits->what.kept_bytes, -1) << "no limit";
  EXPECT_EQ(run.limits->what.allocations, 7);
  EXPECT_EQ(run.ignored->kept_bytes, 64);
  ASSERT_EQ(run.keeps.size(), 2u);
  EXPECT_EQ(run.keeps[0].what.bytes, 99);
  EXPECT_EQ(run.keeps[1].why, "and a lock");
  ASSERT_EQ(run.gauges.size(), 2u);
  EXPECT_EQ(run.gauges[0].value, 30);
  EXPECT_EQ(run.gauges[1].is_measured, 0u);
  ASSERT_EQ(parsed->iterations.size(), 1u);
  ASSERT_EQ(parsed->iterations[0].gauges.size(), 2u);
  EXPECT_EQ(parsed->iterations[0].gauges[1].value, 5);
}

TEST(RecordAuthored, OfAPairFunctionTheLastWordCounts) {
  const Result<RecordFile> parsed = Parse(AuthoredRecord());
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->pair_functions.size(), 2u);
  EXPECT_EQ(parsed->pair_functions[0].name, "figure_new");
  EXPECT_EQ(parsed->pair_functions[0].what.callers, 2u);
  EXPECT_EQ(parsed->pair_functions[1].what.role, record::kReleases);
}

struct Refused {
  const char* name;
  std::uint16_t type;
  Payload payload;
};

TEST(RecordAuthored, WhatDoesNotFitWhatCameBeforeItIsDamage) {
  const std::vector<Refused> rows = {
      {"a gauge that skips a number", record::kGauge, GaugePayload(7, record::kReadGauge, "x")},
      {"a gauge of no kind", record::kGauge, Of(record::Gauge{0, 9}).Text("x")},
      {"a value of no gauge", record::kGaugeValues, ValuesPayload(0, 0, {{3, 1, 0, 0}})},
      {"more values than there are bytes", record::kGaugeValues,
       Of(record::GaugeValues{0, 0, 1u << 30, 0})},
      {"values of a test that does not run", record::kGaugeValues, ValuesPayload(0, 4, {})},
      {"values of another iteration", record::kGaugeValues, ValuesPayload(3, record::kNoTest, {})},
      {"a pair function of no gauge", record::kPairFunction,
       Of(record::PairFunction{0, record::kAcquires, 0, 0}).Text("f")},
      {"limits below no limit", record::kLimits, LimitsPayload(-2, 0, 0)},
      {"limits without a file", record::kLimits, Of(record::Limits{0, 0, 1, 0, 1, 1, 1})},
      {"limits of another iteration", record::kLimits,
       Of(record::Limits{0, 1, 1, 0, 1, 1, 1}).Text("f")},
      {"ignored blocks of another test", record::kIgnored, Of(record::Ignored{1, 0, 0, 0, 0})},
      {"fewer than no bytes kept", record::kKeeps,
       Of(record::Keeps{0, 0, 1, 0, -1}).Text("f").Text("why")},
      {"kept bytes without a reason", record::kKeeps, Of(record::Keeps{0, 0, 1, 0, 1}).Text("f")},
  };
  for (const Refused& row : rows) {
    RecordBytes bytes;
    const Result<RecordFile> parsed =
        Parse(bytes.Add(record::kIterationStart, Of(record::IterationStart{0, 1}))
                  .Add(record::kTestInfo, TestPayload(0))
                  .Add(record::kTestStart, Of(record::TestStart{0, 0}))
                  .Add(row.type, row.payload)
                  .Done());
    ASSERT_TRUE(parsed.ok()) << row.name;
    EXPECT_NE(parsed->damage, "") << row.name;
    EXPECT_EQ(parsed->runs.size(), 1u) << row.name << ": what came before stays";
  }
}

TEST(RecordAuthored, NoByteThatIsAnotherLeadsAstray) {
  ForEachFlippedPayload(AuthoredRecord(), [](const std::string& damaged, std::size_t at) {
    const Result<RecordFile> parsed = Parse(damaged);
    ASSERT_TRUE(parsed.ok()) << at;
    for (const RecordedRun& run : parsed->runs) {
      for (const RecordedGaugeValue& value : run.gauges) {
        ASSERT_LT(value.gauge, parsed->gauges.size()) << at;
      }
    }
    for (const RecordedPairFunction& function : parsed->pair_functions) {
      ASSERT_LT(function.what.gauge, parsed->gauges.size()) << at;
    }
  });
}

TEST(RecordAuthored, IsDumpedWithNullsForWhatIsNotThere) {
  const std::string bytes = AuthoredRecord();
  RecordSequence sequence = RecordSequence::Open(bytes).value();
  std::string lines;
  while (const std::optional<RawRecord> raw = sequence.Next()) {
    lines += DumpRecord(*raw).value_or("none");
  }
  EXPECT_NE(lines.find(R"("type":"gauge","id":0,"kind":"read","name":"gpu bytes")"),
            std::string::npos)
      << lines;
  EXPECT_NE(lines.find(R"({"gauge":1,"before":null,"value":null})"), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"("peak_bytes":4096,"kept_bytes":null,"allocations":7,"line":12)"),
            std::string::npos)
      << lines;
  EXPECT_NE(lines.find(R"("role":"acquires","callers":2,"name":"figure_new")"), std::string::npos);
  EXPECT_NE(lines.find(R"("why":"one log")"), std::string::npos);
  EXPECT_NE(lines.find(R"("kept_blocks":2,"allocations":3)"), std::string::npos);
}

}  // namespace
}  // namespace memprof
