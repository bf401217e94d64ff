// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_trace.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/analyze/record_builder.h"
#include "tests/unit/analyze/trace_builder.h"
#include "tests/unit/parse/flipped_payloads.h"
#include "tests/unit/parse/trace_bytes.h"

namespace memprof {
namespace {

/// What TraceRecord() tells, told by hand.
RecordedTrace WantedTrace() {
  TraceBuilder builder;
  builder.AddModule("/src/foo_test", 0x2000, 0x3000, 0x1000, 0, "\xab\x01");
  const auto plugin = builder.AddModule("/lib/p\xff.so", 0x5000, 0x6000, 0, 1);
  builder.UnloadModule(plugin, 1);
  const auto first = builder.AddStack({0x2010, 0x2020, 0x2030});
  const auto second = builder.AddStack({0x5010}, 1, record::kStackCut);
  const auto unknown = builder.AddOrigin(record::kNoStack, builder.AddWindow(record::kBeforeTests));
  const auto of_test = builder.AddOrigin(first, builder.AddTestWindow(0, 0), 1);
  const auto of_suite =
      builder.AddOrigin(second, builder.AddWindow(record::kWithinSuite, record::kNoTest, 0, "S"));
  builder.SetSurvivors(0, unknown, 1, 16);
  builder.SetSurvivors(0, of_test, 2, 200);
  builder.SetSurvivors(0, of_suite, 3, 300);
  builder.SetSurvivors(2, of_test, 0, 0);
  builder.AddPeak(0, 2, {{of_suite, 7, 70}}, 6, 60);
  builder.AddSite(first) = SampleSite(first, 40);
  builder.AddSite(0) = SampleSite(0, 1);
  builder.AddResource(record::kDescriptor, 0, of_test, 12, "/tmp/a.log");
  builder.RemoveResource(record::kDescriptor, 2, of_test, 12, "/tmp/a.log");
  builder.AddState(0) = {0, 2, 3, 2, 6, 516, 4096, 1, 2, 3, 4};
  return builder.trace();
}

template <class T>
std::string StructBytes(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

void ExpectAmounts(const std::vector<RecordedAmount>& amounts,
                   const std::vector<RecordedAmount>& wanted) {
  ASSERT_EQ(amounts.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(amounts[i].origin, wanted[i].origin);
    EXPECT_EQ(amounts[i].blocks, wanted[i].blocks);
    EXPECT_EQ(amounts[i].bytes, wanted[i].bytes);
  }
}

template <class T>
void ExpectStructs(const std::vector<T>& structs, const std::vector<T>& wanted) {
  ASSERT_EQ(structs.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(StructBytes(structs[i]), StructBytes(wanted[i])) << i;
  }
}

TEST(RecordTrace, EveryRecordTypeComesBackWithNumbersAsIndices) {
  const Result<RecordFile> parsed = Parse(TraceRecord());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->damage, "");
  ASSERT_TRUE(parsed->process && parsed->trace);
  EXPECT_EQ(parsed->process->trace_mode, record::kFullTrace);
  EXPECT_EQ(parsed->process->boundary_source, record::kFromStream);
  EXPECT_EQ(parsed->tests.size(), 1u) << "announced when it first starts";

  const RecordedTrace& trace = *parsed->trace;
  const RecordedTrace wanted = WantedTrace();
  ASSERT_EQ(trace.modules.size(), wanted.modules.size());
  for (std::size_t i = 0; i < wanted.modules.size(); ++i) {
    EXPECT_EQ(trace.modules[i].path, wanted.modules[i].path);
    EXPECT_EQ(trace.modules[i].build_id, wanted.modules[i].build_id);
    EXPECT_EQ(trace.modules[i].bias, wanted.modules[i].bias);
    EXPECT_EQ(trace.modules[i].begin, wanted.modules[i].begin);
    EXPECT_EQ(trace.modules[i].end, wanted.modules[i].end);
    EXPECT_EQ(trace.modules[i].first_epoch, wanted.modules[i].first_epoch);
    EXPECT_EQ(trace.modules[i].last_epoch, wanted.modules[i].last_epoch);
  }
  ASSERT_EQ(trace.stacks.size(), wanted.stacks.size());
  for (std::size_t i = 0; i < wanted.stacks.size(); ++i) {
    EXPECT_EQ(trace.stacks[i].epoch, wanted.stacks[i].epoch);
    EXPECT_EQ(trace.stacks[i].flags, wanted.stacks[i].flags);
    EXPECT_EQ(trace.stacks[i].addresses, wanted.stacks[i].addresses);
  }
  ASSERT_EQ(trace.windows.size(), wanted.windows.size());
  for (std::size_t i = 0; i < wanted.windows.size(); ++i) {
    EXPECT_EQ(trace.windows[i].kind, wanted.windows[i].kind);
    EXPECT_EQ(trace.windows[i].test, wanted.windows[i].test);
    EXPECT_EQ(trace.windows[i].iteration, wanted.windows[i].iteration);
    EXPECT_EQ(trace.windows[i].suite, wanted.windows[i].suite);
  }
  ASSERT_EQ(trace.survivor_changes.size(), 3u) << "sparse: the second iteration changed nothing";
  for (std::size_t i = 0; i < 3; ++i) {
    ExpectAmounts(trace.survivor_changes[i], wanted.survivor_changes[i]);
  }
  ASSERT_EQ(trace.peaks.size(), 1u);
  ExpectAmounts(trace.peaks[0].amounts, wanted.peaks[0].amounts);
  EXPECT_EQ(trace.peaks[0].iteration, 2u);
  EXPECT_EQ(trace.peaks[0].other_blocks, 6u);
  EXPECT_EQ(trace.peaks[0].other_bytes, 60u);
  ExpectStructs(trace.origins, wanted.origins);
  ExpectStructs(trace.sites, wanted.sites);
  ExpectStructs(trace.states, wanted.states);
  ASSERT_EQ(trace.resources.size(), wanted.resources.size());
  for (std::size_t i = 0; i < wanted.resources.size(); ++i) {
    EXPECT_EQ(StructBytes(trace.resources[i].what), StructBytes(wanted.resources[i].what));
    EXPECT_EQ(trace.resources[i].target, wanted.resources[i].target);
  }
  ASSERT_EQ(trace.snapshots.size(), 1u);
  EXPECT_EQ(trace.snapshots[0].why, "one ran on");
  EXPECT_EQ(StructBytes(trace.snapshots[0].what),
            StructBytes(record::Snapshot{1, 2, record::kSnapshotPartial, 9, 8, 1, 12345}));
  EXPECT_EQ(trace.origin_numbers, (std::vector<std::uint32_t>{10, 4, 5}));
}

TEST(RecordTrace, ARecordOfTheFirstVersionHasNone) {
  Payload hello;
  hello.Struct(record::Hello{}).Text("a").Text("b").Text("c");
  const Result<RecordFile> parsed = Parse(
      RecordBytes(1, 0).Add(record::kHello, hello).Add(record::kTestInfo, TestPayload(0)).Done());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->damage, "");
  ASSERT_TRUE(parsed->process.has_value());
  EXPECT_EQ(parsed->process->trace_mode, record::kCountersOnly);
  EXPECT_EQ(parsed->process->boundary_source, record::kFromListener);
  EXPECT_FALSE(parsed->trace.has_value());
}

TEST(RecordTrace, AFullTraceThatKeptNothingIsATraceAllTheSame) {
  const Result<RecordFile> parsed =
      Parse(RecordBytes().Add(record::kHello, HelloPayload(record::kFullTrace, 0)).Done());
  ASSERT_TRUE(parsed->trace.has_value());
  EXPECT_EQ(parsed->trace->stacks.size(), 1u) << "the one that is not known";
  EXPECT_TRUE(parsed->trace->survivor_changes.empty());
}

TEST(RecordTrace, CutAtEveryByteItYieldsWhatCameBefore) {
  const std::string bytes = TraceRecord();
  const std::size_t written = bytes.find_last_not_of('\0') + 1;
  std::size_t before = 0;
  for (std::size_t length = sizeof(record::FileHeader); length <= bytes.size(); ++length) {
    const Result<RecordFile> parsed = Parse(std::string_view(bytes).substr(0, length));
    ASSERT_TRUE(parsed.ok()) << length;
    EXPECT_TRUE(length >= written || !parsed->damage.empty()) << length;
    if (!parsed->trace) continue;
    const RecordedTrace& trace = *parsed->trace;
    const std::size_t now = trace.modules.size() + trace.stacks.size() + trace.windows.size() +
                            trace.origins.size() + trace.peaks.size() + trace.resources.size() +
                            trace.snapshots.size();
    EXPECT_GE(now, before) << "a longer file never tells less: " << length;
    before = now;
  }
  EXPECT_EQ(before, 2u + 3u + 3u + 3u + 1u + 2u + 1u);
}

/// Every number in the trace has its entry, so that nobody has to check again.
void ExpectSound(const RecordFile& file) {
  const RecordedTrace& trace = *file.trace;
  for (const RecordedWindow& window : trace.windows) {
    EXPECT_TRUE(window.kind != record::kWithinTest || window.test < file.tests.size());
  }
  for (const record::Origin& origin : trace.origins) {
    EXPECT_LT(origin.stack, trace.stacks.size());
    EXPECT_LT(origin.window, trace.windows.size());
  }
  for (const auto& changes : trace.survivor_changes) {
    for (const RecordedAmount& amount : changes) EXPECT_LT(amount.origin, trace.origins.size());
  }
  for (const RecordedPeak& peak : trace.peaks) {
    EXPECT_LT(peak.test, file.tests.size());
    for (const RecordedAmount& amount : peak.amounts) {
      EXPECT_LT(amount.origin, trace.origins.size());
    }
  }
  EXPECT_EQ(trace.origin_numbers.size(), trace.origins.size());
  for (const record::Site& site : trace.sites) EXPECT_LT(site.stack, trace.stacks.size());
  for (const RecordedResource& resource : trace.resources) {
    EXPECT_LT(resource.what.origin, trace.origins.size());
  }
}

TEST(RecordTrace, EveryByteFlippedIsNoticedOrHarmless) {
  const std::string bytes = TraceRecord();
  const std::size_t written = bytes.find_last_not_of('\0') + 1;
  int unnoticed = 0;
  for (std::size_t at = sizeof(record::FileHeader); at < bytes.size(); ++at) {
    for (const int pattern : {0x01, 0x41, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ pattern);
      const Result<RecordFile> parsed = Parse(damaged);
      ASSERT_TRUE(parsed.ok()) << at;
      if (parsed->trace) ExpectSound(*parsed);
      if (parsed->damage.empty() && at < written) ++unnoticed;
    }
  }
  // At most 7 bytes of padding behind each of 28 records, and the lengths that became zero.
  EXPECT_LT(unnoticed, 4 * 7 * 28);
}

/// The checksum keeps damage out of the fields; a writer that is wrong is not kept out by it.
TEST(RecordTrace, EveryByteOfAPayloadFlippedUnderAChecksumThatFitsIsHarmless) {
  const std::string bytes = TraceRecord();
  ForEachFlippedPayload(bytes, [](const std::string& damaged, std::size_t at) {
    const Result<RecordFile> parsed = Parse(damaged);
    ASSERT_TRUE(parsed.ok()) << at;
    if (parsed->trace) ExpectSound(*parsed);
  });
}

struct ContradictionCase {
  const char* name;
  std::uint16_t type;
  Payload payload;
};

class TraceContradiction : public testing::TestWithParam<ContradictionCase> {};

TEST_P(TraceContradiction, EndsTheRecordThere) {
  const std::string bytes = RecordBytes()
                                .Add(record::kTestInfo, TestPayload(0))
                                .Add(record::kModule, ModulePayload({1, 5, 0, 1, 2}, "m", ""))
                                .Add(record::kStack, StackPayload(1, {1, 2}))
                                .Add(record::kWindow, WindowPayload(1, record::kBeforeTests))
                                .Add(record::kOrigin, Of(record::Origin{1, 1, 1, 0}))
                                .Add(record::kSnapshot, SnapshotPayload({3, 5, 0, 1, 1, 0, 0}, ""))
                                .Add(GetParam().type, GetParam().payload)
                                .Add(record::kProgramEnd, Of(record::ProgramEnd{1, 0}))
                                .Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_NE(parsed->damage.find("contradicts"), std::string::npos) << parsed->damage;
  EXPECT_FALSE(parsed->program_ended);
  EXPECT_EQ(parsed->trace->origins.size(), 1u);
  EXPECT_EQ(parsed->trace->snapshots.size(), 1u);
  for (const auto& changes : parsed->trace->survivor_changes) {
    EXPECT_TRUE(changes.empty()) << "not the half of a record either";
  }
  ExpectSound(*parsed);
}

/// A payload that says it holds more than it does: no room may be made for that.
template <class T>
Payload Lying(const T& value) {
  Payload payload = Of(value);
  payload.Struct(std::uint64_t{1}).Struct(std::uint64_t{2});
  return payload;
}

INSTANTIATE_TEST_SUITE_P(
    RecordTrace, TraceContradiction,
    testing::Values(
        ContradictionCase{"ModuleTwice", record::kModule, ModulePayload({1, 0, 0, 1, 2}, "m", "")},
        ContradictionCase{"ModuleEndsBeforeItsBegin", record::kModule,
                          ModulePayload({2, 0, 0, 3, 2}, "m", "")},
        ContradictionCase{"NoSuchModuleGone", record::kModuleGone, Of(record::ModuleGone{9, 1})},
        ContradictionCase{"ModuleGoneBeforeItCame", record::kModuleGone,
                          Of(record::ModuleGone{1, 4})},
        ContradictionCase{"StackTwice", record::kStack, StackPayload(1, {1})},
        ContradictionCase{"StackZero", record::kStack, StackPayload(record::kNoStack, {1})},
        ContradictionCase{"StackOfMoreFramesThanThere", record::kStack,
                          Lying(record::Stack{2, 0, 3, 0})},
        ContradictionCase{"StackOfFourBillionFrames", record::kStack,
                          Lying(record::Stack{2, 0, 0xffffffff, 0})},
        ContradictionCase{"WindowTwice", record::kWindow, WindowPayload(1, record::kAfterTests)},
        ContradictionCase{"WindowOfNoKind", record::kWindow, WindowPayload(2, 6)},
        ContradictionCase{"WindowOfNoTest", record::kWindow,
                          WindowPayload(2, record::kWithinTest, 1)},
        ContradictionCase{"OriginTwice", record::kOrigin, Of(record::Origin{1, 1, 1, 0})},
        ContradictionCase{"OriginOfNoStack", record::kOrigin, Of(record::Origin{2, 2, 1, 0})},
        ContradictionCase{"OriginOfNoWindow", record::kOrigin, Of(record::Origin{2, 1, 2, 0})},
        ContradictionCase{"SurvivorsOfNoOrigin", record::kSurvivors,
                          SurvivorsPayload(0, {{1, 0, 1, 1}, {7, 0, 1, 1}})},
        ContradictionCase{"SurvivorsOfABillionIterations", record::kSurvivors,
                          SurvivorsPayload(1000000000, {{1, 0, 1, 1}})},
        ContradictionCase{"FourBillionSurvivors", record::kSurvivors,
                          Lying(record::Survivors{0, 0xffffffff})},
        ContradictionCase{"PeakOfNoTest", record::kPeak, Of(record::Peak{1, 0, 0, 0, 0, 0})},
        ContradictionCase{"FourBillionOriginsOfAPeak", record::kPeak,
                          Lying(record::Peak{0, 0, 0xffffffff, 0, 0, 0})},
        ContradictionCase{"SiteOfNoStack", record::kSite, Of(SampleSite(2, 1))},
        ContradictionCase{"ResourceOfNoKind", record::kResource,
                          ResourcePayload({5, 0, 1, 1, 0, 0}, "")},
        ContradictionCase{"ResourceOfNoOrigin", record::kResource,
                          ResourcePayload({record::kThread, 0, 2, 1, 0, 0}, "")},
        ContradictionCase{"ShortState", record::kTraceState, Of(std::uint64_t{0})},
        ContradictionCase{"SnapshotOfTheSameNumber", record::kSnapshot,
                          SnapshotPayload({3, 6, 0, 1, 1, 0, 0}, "")},
        ContradictionCase{"SnapshotOfASmallerNumber", record::kSnapshot,
                          SnapshotPayload({2, 6, 0, 1, 1, 0, 0}, "")},
        ContradictionCase{"SnapshotOfAnEarlierIteration", record::kSnapshot,
                          SnapshotPayload({4, 4, 0, 1, 1, 0, 0}, "")},
        ContradictionCase{"SnapshotOfABillionIterations", record::kSnapshot,
                          SnapshotPayload({4, 1000000000, 0, 1, 1, 0, 0}, "")},
        ContradictionCase{"SnapshotInNoState", record::kSnapshot,
                          SnapshotPayload({4, 5, 3, 1, 1, 0, 0}, "")},
        ContradictionCase{"SnapshotWithoutItsReason", record::kSnapshot,
                          Of(record::Snapshot{4, 5, 1, 1, 1, 0, 0})}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RecordNumbers, NumbersFarApartAreFoundWithoutRoomForAllBetween) {
  RecordNumbers numbers;
  const std::vector<std::uint32_t> given = {0, 4, 3, 0xffffffff, 5000, 0x80000000, 4095, 5};
  for (std::size_t i = 0; i < given.size(); ++i) EXPECT_TRUE(numbers.Define(given[i], i));
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(numbers.Find(given[i]), static_cast<std::uint32_t>(i)) << given[i];
    EXPECT_FALSE(numbers.Define(given[i], 99)) << given[i];
  }
  EXPECT_EQ(numbers.Find(1), std::nullopt);
  EXPECT_EQ(numbers.Find(0xfffffffe), std::nullopt);
}

TEST(RecordTrace, AMillionSurvivorsOfAHundredThousandStacksAreReadInLinearTime) {
  constexpr std::uint32_t kStacks = 100000;
  constexpr std::uint32_t kOrigins = 1000000;
  RecordBytes bytes;
  bytes.Add(record::kWindow, WindowPayload(1, record::kBeforeTests));
  for (std::uint32_t i = 1; i <= kStacks; ++i) {
    bytes.Add(record::kStack, StackPayload(i, std::vector<std::uint64_t>(12, i)));
  }
  std::vector<record::OriginAmount> amounts;
  for (std::uint32_t i = 0; i < kOrigins; ++i) {
    bytes.Add(record::kOrigin, Of(record::Origin{i, 1 + i % kStacks, 1, 0}));
    amounts.push_back({i, 0, 1, 64});
    if (amounts.size() == 40000) {
      bytes.Add(record::kSurvivors, SurvivorsPayload(0, amounts));
      amounts.clear();
    }
  }
  const std::string file = bytes.Done();
  const auto start = std::chrono::steady_clock::now();
  const Result<RecordFile> parsed = ParseRecord(file);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(parsed->damage, "");
  EXPECT_EQ(parsed->trace->survivor_changes.at(0).size(), kOrigins);
  // 0.1 s at -O2; the limit leaves room for a loaded machine, a debug build and a sanitizer, and
  // none for what is quadratic.
  EXPECT_LT(taken.count(), 10.0);
  RecordProperty("milliseconds", static_cast<int>(taken.count() * 1000));
}

}  // namespace
}  // namespace memprof
