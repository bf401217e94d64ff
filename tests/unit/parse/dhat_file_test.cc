// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/dhat_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

DhatFile Parse(std::string_view text) {
  auto file = ParseDhat(text);
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message);
  return file.ok() ? *std::move(file) : DhatFile{};
}

/// The point that allocates most.
DhatPoint Largest(const DhatFile& file) {
  const auto found = std::max_element(
      file.points.begin(), file.points.end(),
      [](const DhatPoint& a, const DhatPoint& b) { return a.total_bytes < b.total_bytes; });
  return found == file.points.end() ? DhatPoint{} : *found;
}

std::string WithPoint(std::string_view members) {
  return R"({"dhatFileVersion":2,"mode":"heap","cmd":"./t","pps":[{)" + std::string(members) +
         R"x(}],"ftbl":["[root]","0x1: f() (/src/t.cc:3)"]})x";
}

constexpr std::string_view kPoint =
    R"("tb":8,"tbk":2,"tl":1,"mb":8,"mbk":2,"gb":4,"gbk":1,"eb":0,"ebk":0,"rb":6,"wb":5,"fs":[1])";

TEST(DhatFile, ReadsWhatTheDefaultModeCounts) {
  const DhatFile file = Parse(ReadFixture("dhat/heap_O0.txt"));
  EXPECT_EQ(file.mode, DhatFile::Mode::kHeap);
  EXPECT_EQ(file.command, "./waste_test");
  const DhatPoint scratch = Largest(file);
  EXPECT_EQ(scratch.total_bytes, 10 * 65536u);
  EXPECT_EQ(scratch.total_blocks, 10u);
  EXPECT_EQ(scratch.at_peak_blocks, 1u);
  EXPECT_EQ(scratch.at_peak_bytes, 65536u);
  // memset's 1,000 bytes of each, and ten bytes that are summed up.
  EXPECT_GE(scratch.written_bytes, 10000u);
  EXPECT_LE(scratch.written_bytes, 10200u);
  EXPECT_EQ(scratch.read_bytes, 10u);
  EXPECT_TRUE(scratch.accesses.empty());
  ASSERT_GE(scratch.stack.size(), 3u);
  EXPECT_EQ(scratch.stack[0].function, "operator new[](unsigned long)");
  EXPECT_EQ(scratch.stack[1],
            (Frame{"(anonymous namespace)::MakeScratch()", "/src/waste_test.cc", 10, ""}));
  EXPECT_EQ(scratch.stack.back().function, "main");
  EXPECT_EQ(scratch.stack.back().module, "/src/waste_test");
}

TEST(DhatFile, ReadsWhatCopyModeCounts) {
  const DhatFile file = Parse(ReadFixture("dhat/copy_O0.txt"));
  EXPECT_EQ(file.mode, DhatFile::Mode::kCopy);
  const DhatPoint copy = Largest(file);
  EXPECT_EQ(copy.total_bytes, 400000u);
  EXPECT_EQ(copy.total_blocks, 20u);
  EXPECT_EQ(copy.read_bytes, 0u);
  EXPECT_EQ(copy.stack[0].function, "memmove");
}

TEST(DhatFile, AccessesAreOneForEachByteOfABlock) {
  const DhatFile file = Parse(ReadFixture("dhat/heap_O2.txt"));
  const auto name =
      std::find_if(file.points.begin(), file.points.end(), [](const DhatPoint& point) {
        return point.total_blocks == 100 && point.total_bytes == 3200;
      });
  ASSERT_NE(name, file.points.end());
  ASSERT_EQ(name->accesses.size(), 32u);
  EXPECT_GT(name->accesses[0], 0u);
  // Of an empty string's own room only the terminator is touched.
  EXPECT_GT(name->accesses[16], 0u);
  EXPECT_EQ(name->accesses[31], 0u);
}

TEST(DhatFile, RunsOfAccessesAreWrittenAsTheirLength) {
  const DhatFile file = Parse(WithPoint(std::string(kPoint) + R"(,"acc":[9,-2,7,0])"));
  ASSERT_EQ(file.points.size(), 1u);
  EXPECT_EQ(file.points[0].accesses, (std::vector<std::uint64_t>{9, 7, 7, 0}));
}

TEST(DhatFile, MarksWhatTheTestItselfDoes) {
  DhatFile file = Parse(ReadFixture("dhat/heap_O0.txt"));
  EXPECT_TRUE(MarkOfTest(&file));
  // The test's object lives longest, and is made before the test's own code runs.
  EXPECT_GT(file.test_span, 0u);
  for (const DhatPoint& point : file.points) {
    const bool in_body =
        std::any_of(point.stack.begin(), point.stack.end(),
                    [](const Frame& frame) { return frame.function.ends_with("::TestBody()"); });
    EXPECT_EQ(point.of_test, in_body) << point.stack[1].function;
  }
  for (DhatPoint& point : file.points) point.stack.clear();
  EXPECT_FALSE(MarkOfTest(&file));
}

struct BadCase {
  const char* name;
  std::string text;
  std::string message;
  ErrorKind kind = ErrorKind::kDamaged;
};

class DhatFileRefuses : public testing::TestWithParam<BadCase> {};

TEST_P(DhatFileRefuses, WithASentence) {
  const auto file = ParseDhat(GetParam().text);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().kind, GetParam().kind);
  EXPECT_EQ(file.error().message, GetParam().message);
  EXPECT_FALSE(file.error().hint.empty());
}

constexpr const char* kCannot = "DHAT's file cannot be read: ";

INSTANTIATE_TEST_SUITE_P(
    , DhatFileRefuses,
    testing::Values(
        BadCase{"Nothing", "", std::string(kCannot) + "it is empty."},
        BadCase{"OtherText", "desc: --time-unit=B\n",
                std::string(kCannot) + "it does not begin as a file of DHAT does."},
        BadCase{"OtherJson", R"({"testsuites":[]})",
                std::string(kCannot) + "it does not begin as a file of DHAT does."},
        BadCase{"OtherVersion", R"({"dhatFileVersion":3,"mode":"heap"})",
                "DHAT's file is of version 3, and only version 2 is known.",
                ErrorKind::kUnsupported},
        BadCase{
            "NestedVersion",
            R"({"dhatFileVersion":)" + std::string(200000, '[') + std::string(200000, ']') + "}",
            "DHAT's file is of version array, and only version 2 is known.",
            ErrorKind::kUnsupported},
        BadCase{
            "OtherMode", R"({"dhatFileVersion":2,"mode":"ad-hoc"})",
            std::string(kCannot) + R"(its mode is "ad-hoc", and only "heap" and "copy" are read.)"},
        BadCase{"CutOff", R"({"dhatFileVersion":2,"mode":"heap","pps":[)",
                std::string(kCannot) + "it is cut off."},
        BadCase{"NoFrames", R"({"dhatFileVersion":2,"mode":"heap","pps":[]})",
                std::string(kCannot) + R"(it has no list "ftbl".)"},
        BadCase{"NegativeCount", WithPoint(R"("tb":-8,"tbk":2,"fs":[1])"),
                std::string(kCannot) + R"("tb" of a program point is no count.)"},
        BadCase{"NoReads", WithPoint(R"("tb":8,"tbk":2,"mb":0,"gb":0,"gbk":0,"fs":[1])"),
                std::string(kCannot) + R"(a program point has no "rb".)"},
        BadCase{"UnknownFrame",
                WithPoint(R"("tb":8,"tbk":2,"tl":0,"mb":0,"gb":0,"gbk":0,"rb":0,"wb":0,"fs":[2])"),
                std::string(kCannot) + R"(a stack refers to a frame that "ftbl" does not have.)"},
        BadCase{"RunOfNoLength", WithPoint(std::string(kPoint) + R"(,"acc":[-2])"),
                std::string(kCannot) + R"("acc" of a program point ends within a run.)"},
        BadCase{
            "AccessesOfAnotherSize", WithPoint(std::string(kPoint) + R"(,"acc":[1,2])"),
            std::string(kCannot) + R"("acc" of a program point is not of the size of its blocks.)"},
        BadCase{"RunBeyondAllBlocks",
                WithPoint(std::string(kPoint) + R"(,"acc":[-9000000000000000000,1])"),
                std::string(kCannot) + R"("acc" of a program point has a run of no length.)"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(DhatFile, AdHocProfilesAreRefused) {
  EXPECT_FALSE(ParseDhat(ReadFixture("dhat/ad_hoc.json")).ok());
}

TEST(DhatFile, BytesThatAreNoUtf8AreNoReasonToLoseTheFile) {
  std::string text = ReadFixture("dhat/heap_O2.txt");
  text.replace(text.find("waste_test.cc"), 1, "\xe9");
  const DhatFile file = Parse(text);
  EXPECT_EQ(file.points.size(), 12u);
}

TEST(DhatFile, DamagedFilesAreReadOrRefusedAndNothingElse) {
  for (const std::string& name : FixtureNames("dhat")) {
    ForEachDamage(ReadFixture(name), [](std::string_view text) {
      const auto file = ParseDhat(text);
      if (!file.ok()) {
        EXPECT_FALSE(file.error().message.empty());
      }
    });
  }
}

TEST(DhatFile, CutOffAnywhereIsNoFile) {
  const std::string text = ReadFixture("dhat/heap_O2.txt");
  const std::size_t end = text.rfind('}');
  for (std::size_t length = 0; length <= end; length += 37) {
    const auto file = ParseDhat(std::string_view(text).substr(0, length));
    EXPECT_FALSE(file.ok()) << length;
  }
}

}  // namespace
}  // namespace memprof
