// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_file.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "gtest_plugin/record/format.h"
#include "tests/unit/parse/record_bytes.h"
#include "tests/unit/record/scratch_record.h"

namespace memprof {
namespace {

void ExpectWindow(const record::Window& window, std::int64_t seed) {
  const record::Window wanted = SampleWindow(seed);
  EXPECT_EQ(std::memcmp(&window, &wanted, sizeof(window)), 0) << seed;
}

TEST(RecordFile, EveryRecordTypeComesBackAsItWasWritten) {
  const Result<RecordFile> parsed = ParseRecord(SampleRecord());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const RecordFile& file = *parsed;
  EXPECT_EQ(file.damage, "");

  ASSERT_TRUE(file.process.has_value());
  EXPECT_EQ(file.process->hello.pid, 4711u);
  EXPECT_EQ(file.process->hello.tests_planned, 2u);
  EXPECT_EQ(file.process->hello.repeat, 3u);
  EXPECT_EQ(file.process->hello.started_unix_ns, 1234567890123456789u);
  EXPECT_EQ(file.process->executable, "/src/build/foo_test");
  EXPECT_EQ(file.process->directory, "/src");
  EXPECT_EQ(file.process->heap_owner_name, "libc.so.6");
  EXPECT_TRUE(file.process->heap_counted());

  ASSERT_EQ(file.tests.size(), 2u);
  EXPECT_EQ(file.tests[0].FullName(), "Foo.Bar");
  EXPECT_EQ(file.tests[0].line, 12);
  EXPECT_EQ(file.tests[1].type_parameter, "int");
  EXPECT_EQ(file.tests[1].value_parameter, "\"a\\0b\" \xf0\x9f\x90\x9b");

  ASSERT_EQ(file.runs.size(), 2u);
  EXPECT_TRUE(file.runs[0].finished);
  EXPECT_EQ(file.runs[0].outcome, record::kOutcomeFailed);
  EXPECT_EQ(file.runs[0].results, 5u);
  ExpectWindow(file.runs[0].window, 100);
  ASSERT_EQ(file.runs[0].descriptors.size(), 1u);
  EXPECT_EQ(file.runs[0].descriptors[0].target, "/src/a.log");
  EXPECT_EQ(file.runs[0].descriptors[0].delta, 2);
  EXPECT_EQ(file.runs[0].descriptors[0].count, 3);
  EXPECT_EQ(file.runs[0].descriptors[0].device, 2049u);
  EXPECT_EQ(file.runs[0].descriptors[0].inode, 77u);
  EXPECT_EQ(file.runs[1].outcome, record::kOutcomeSkipped);
  ExpectWindow(file.runs[1].window, -200);
  EXPECT_TRUE(file.runs[1].descriptors.empty());

  ASSERT_EQ(file.suites.size(), 1u);
  EXPECT_EQ(file.suites[0].name, "Foo");
  ExpectWindow(file.suites[0].window, 300);
  ASSERT_EQ(file.iterations.size(), 1u);
  EXPECT_TRUE(file.iterations[0].finished);
  EXPECT_EQ(file.iterations[0].tests_planned, 2u);
  ExpectWindow(file.iterations[0].window, 400);
  EXPECT_EQ(file.iterations[0].totals.live_bytes, 1);
  EXPECT_EQ(file.iterations[0].totals.counted_threads, 8u);
  ASSERT_EQ(file.iterations[0].descriptors.size(), 1u);
  EXPECT_EQ(file.iterations[0].descriptors[0].target, "anon_inode:[eventpoll]");
  EXPECT_EQ(file.lost_records, 11u);
  EXPECT_EQ(file.lost_descriptors, 22u);
  EXPECT_TRUE(file.program_ended);
  EXPECT_EQ(file.leaks_found, true);
}

TEST(RecordFile, CutAtEveryByteItYieldsWhatCameBefore) {
  const std::string bytes = SampleRecord();
  const std::size_t written = bytes.find_last_not_of('\0') + 1;
  std::size_t runs_before = 0;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const Result<RecordFile> parsed = Parse(std::string_view(bytes).substr(0, length));
    if (length < sizeof(record::FileHeader)) {
      ASSERT_FALSE(parsed.ok()) << length;
      continue;
    }
    ASSERT_TRUE(parsed.ok()) << length;
    EXPECT_GE(parsed->runs.size(), runs_before) << "a longer file never tells less: " << length;
    runs_before = parsed->runs.size();
    if (length < written) {
      EXPECT_NE(parsed->damage, "") << length;
    }
  }
  EXPECT_EQ(runs_before, 2u);
}

TEST(RecordFile, EveryByteFlippedIsNoticedOrHarmless) {
  const std::string bytes = SampleRecord();
  const std::size_t written = bytes.find_last_not_of('\0') + 1;
  // Where a flip is not damage: the claim, reserved room, and the padding behind payloads.
  std::size_t unnoticed = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    // All patterns in the two headers that come first and in the first payload, one elsewhere.
    const int last = at < 128 ? 255 : 1;
    for (int pattern = 1; pattern <= last; ++pattern) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (last == 1 ? 0x41 : pattern));
      const Result<RecordFile> parsed = Parse(damaged);
      if (parsed.ok() && parsed->damage.empty() && at >= sizeof(record::FileHeader) &&
          at < written) {
        ++unnoticed;
        // What is there is what was written: a flip in padding, or a length that became zero.
        if (!parsed->tests.empty()) {
          EXPECT_EQ(parsed->tests[0].FullName(), "Foo.Bar") << at;
        }
        if (!parsed->runs.empty() && parsed->runs[0].finished) {
          ExpectWindow(parsed->runs[0].window, 100);
        }
      }
    }
  }
  EXPECT_LT(unnoticed, 110u) << "at most 7 bytes of padding for each of 15 records, and lengths";
}

TEST(RecordFile, UnknownRecordTypesAreSkipped) {
  const std::string bytes = RecordBytes()
                                .Add(record::kTestInfo, TestPayload(0))
                                .Add(999, Of(std::uint64_t{7}))
                                .Add(record::kTestStart, Of(record::TestStart{0, 0}))
                                .Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->damage, "");
  EXPECT_EQ(parsed->runs.size(), 1u);
}

TEST(RecordFile, ANewerMinorVersionWithLongerPayloadsIsRead) {
  Payload longer = TestPayload(0);
  longer.Text("a field of format 1.7").Struct(std::uint64_t{9});
  const std::string bytes =
      RecordBytes(record::kMajor, record::kMinor + 7).Add(record::kTestInfo, longer).Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->damage, "");
  ASSERT_EQ(parsed->tests.size(), 1u);
  EXPECT_EQ(parsed->tests[0].FullName(), "S.T");
}

TEST(RecordFile, ANewerMajorVersionIsRefusedInASentence) {
  const Result<RecordFile> parsed = Parse(RecordBytes(record::kMajor + 1, 4).Done());
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(parsed.error().message,
            "the record has format 2.4, and this memprof reads formats up to 1.x");
  EXPECT_NE(parsed.error().hint, "");
}

TEST(RecordFile, WhatIsNoRecordIsSaidSo) {
  EXPECT_EQ(Parse("").error().kind, ErrorKind::kDamaged);
  EXPECT_NE(Parse("").error().message.find("0 bytes"), std::string::npos);
  const std::string elf =
      "\x7f"
      "ELF" +
      std::string(200, '\0');
  EXPECT_NE(Parse(elf).error().message.find("no memprof record"), std::string::npos);
  std::string header = RecordBytes().Done();
  header[12] ^= 1;  // the header's own length
  EXPECT_NE(Parse(header).error().message.find("header is damaged"), std::string::npos);
}

TEST(RecordFile, AFileThatNobodyClaimedIsNoRecord) {
  const Result<RecordFile> parsed = Parse(std::string(256 * 1024, '\0'));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kDamaged);
}

TEST(RecordFile, AHeaderAloneIsARecordWithoutAProcess) {
  const Result<RecordFile> parsed = Parse(RecordBytes().Done());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->damage, "");
  EXPECT_FALSE(parsed->process.has_value());
}

TEST(RecordFile, AGapInTheSequenceEndsIt) {
  const std::string bytes = RecordBytes()
                                .Add(record::kTestInfo, TestPayload(0))
                                .SkipSequence()
                                .Add(record::kTestInfo, TestPayload(1))
                                .Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_NE(parsed->damage.find("contradicts"), std::string::npos) << parsed->damage;
  EXPECT_EQ(parsed->tests.size(), 1u);
}

TEST(RecordFile, ATestThatNeverEndedIsNotFinished) {
  const std::string bytes = RecordBytes()
                                .Add(record::kTestInfo, TestPayload(0))
                                .Add(record::kIterationStart, Of(record::IterationStart{0, 1}))
                                .Add(record::kTestStart, Of(record::TestStart{0, 0}))
                                .Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->damage, "");
  ASSERT_EQ(parsed->runs.size(), 1u);
  EXPECT_FALSE(parsed->runs[0].finished);
  EXPECT_FALSE(parsed->iterations[0].finished);
  EXPECT_FALSE(parsed->program_ended);
}

struct ContradictionCase {
  const char* name;
  std::uint16_t type;
  Payload payload;
};

class Contradiction : public testing::TestWithParam<ContradictionCase> {};

TEST_P(Contradiction, EndsTheRecordThere) {
  const std::string bytes = RecordBytes()
                                .Add(record::kTestInfo, TestPayload(0))
                                .Add(GetParam().type, GetParam().payload)
                                .Add(record::kProgramEnd, Of(record::ProgramEnd{1, 0}))
                                .Done();
  const Result<RecordFile> parsed = Parse(bytes);
  ASSERT_TRUE(parsed.ok());
  EXPECT_NE(parsed->damage, "");
  EXPECT_FALSE(parsed->program_ended);
  EXPECT_EQ(parsed->tests.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    RecordFile, Contradiction,
    testing::Values(
        ContradictionCase{"TestIdTwice", record::kTestInfo, TestPayload(0)},
        ContradictionCase{"StartOfNoTest", record::kTestStart, Of(record::TestStart{1, 0})},
        ContradictionCase{"EndWithoutStart", record::kTestEnd, Of(record::TestEnd{})},
        ContradictionCase{"IterationEndWithoutStart", record::kIterationEnd,
                          Of(record::IterationEnd{})},
        ContradictionCase{"ShortPayload", record::kTestStart, Of(std::uint32_t{0})},
        ContradictionCase{"StringPastTheEnd", record::kTestInfo,
                          Of(record::TestInfo{1, 1}).Struct(std::uint32_t{0xfffffff0})}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
