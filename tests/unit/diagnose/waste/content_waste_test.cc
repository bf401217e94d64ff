// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/content_waste.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/diagnose/waste/duplicate_data.h"
#include "runner/diagnose/waste/excess_copies.h"
#include "runner/diagnose/waste/oversize.h"
#include "runner/diagnose/waste/waste_findings.h"

namespace memprof {
namespace {

const char* const kVectorHeader = "/usr/include/c++/12/bits/stl_vector.h";
const char* const kCopies = "std::vector<int>::vector(std::vector<int> const&)";

Frame Code(const std::string& function, int line) {
  return {function, "/src/a_test.cc", line, "/b/a_test"};
}

/// What the test's body calls at `line` through `within`, innermost first.
Stack At(int line, Stack within) {
  within.push_back(Code("S_T_Test::TestBody()", line));
  within.push_back({"testing::Test::Run()", "", 0, "/b/a_test"});
  return within;
}

Stack Array(int line) { return At(line, {{"operator new[](unsigned long)", "", 0, "/lib/s.so"}}); }

Stack Vector(int line, const char* function = "std::vector<int>::vector(unsigned long)") {
  return At(line, {{"operator new(unsigned long)", "", 0, "/lib/s.so"},
                   {function, kVectorHeader, 598, "/b/a_test"}});
}

DhatPoint Point(Stack stack, std::uint64_t blocks, std::uint64_t bytes, std::uint64_t written,
                std::uint64_t read) {
  DhatPoint point;
  point.stack = std::move(stack);
  point.total_blocks = blocks;
  point.total_bytes = bytes;
  point.written_bytes = written;
  point.read_bytes = read;
  point.of_test = true;
  return point;
}

WasteEvidence With(std::vector<DhatPoint> points, std::uint64_t allocated = 2'000'000) {
  WasteEvidence evidence;
  evidence.test.suite = "S";
  evidence.test.name = "T";
  evidence.test.file = "/src/a_test.cc";
  evidence.test.line = 3;
  evidence.allocated_bytes = allocated;
  evidence.allocations = 1000;
  DhatFile file;
  file.points = std::move(points);
  file.test_span = 1000;
  evidence.dhat = std::move(file);
  return evidence;
}

DiagnoseContext Context() {
  DiagnoseContext context;
  context.source_root = "/src";
  context.binary = "a_test";
  return context;
}

template <class Find>
std::vector<Finding> Tell(Find find, const WasteEvidence& evidence) {
  return find(evidence, Context(), Thresholds{});
}

TEST(Oversize, IsWhatWasNeverWritten) {
  const auto findings = Tell(OversizeFindings, With({Point(Array(9), 10, 1'000'000, 1000, 5000)}));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.pattern, Pattern::kOversize);
  EXPECT_EQ(finding.severity, Severity::kOptimization);
  EXPECT_EQ(finding.pattern_confidence, Confidence::kHigh);
  EXPECT_EQ(finding.location.file, "a_test.cc");
  EXPECT_EQ(finding.location.line, 9);
  // Room to grow by doubling remains.
  EXPECT_EQ(finding.fix->expected_reduction_bytes, 998'000);
  EXPECT_EQ(finding.fix->expected_reduction_calls, std::nullopt);
  EXPECT_DOUBLE_EQ(finding.waste->share_of_bytes, 0.499);
  EXPECT_FALSE(finding.decided_by.empty());
}

struct BytesCase {
  const char* name;
  DhatPoint point;
  std::uint64_t untouched;
};

class Untouched : public testing::TestWithParam<BytesCase> {};

TEST_P(Untouched, IsNoMoreThanCanBeSaved) {
  EXPECT_EQ(UntouchedBytes(GetParam().point), GetParam().untouched);
}

DhatPoint Zeroed(std::uint64_t written, std::uint64_t read) {
  return Point(At(9, {{"calloc", "", 0, "/lib/s.so"}}), 1, 100'000, written, read);
}

DhatPoint OfKnownBytes(std::vector<std::uint64_t> accesses) {
  DhatPoint point = Point(Array(9), 1000, 1000 * accesses.size(), 5, 5);
  point.accesses = std::move(accesses);
  return point;
}

std::vector<std::uint64_t> Accesses(std::size_t used, std::size_t unused) {
  std::vector<std::uint64_t> accesses(used, 3);
  accesses.insert(accesses.end(), unused, 0);
  return accesses;
}

INSTANTIATE_TEST_SUITE_P(
    , Untouched,
    testing::Values(BytesCase{"HardlyWritten", Point(Array(9), 1, 100'000, 100, 0), 99'800},
                    BytesCase{"WrittenOverAndOver", Point(Array(9), 1, 100'000, 26'000, 0), 0},
                    BytesCase{"ClearedAndNotUsed", Point(Array(9), 1, 100'000, 100'000, 0), 0},
                    BytesCase{"FilledByWhatIsNotSeen", Point(Array(9), 1, 100'000, 0, 90'000), 0},
                    BytesCase{"NeitherWrittenNorRead", Point(Array(9), 1, 100'000, 0, 0), 100'000},
                    BytesCase{"ZeroedAndRead", Zeroed(0, 90'000), 0},
                    BytesCase{"ZeroedAndHardlyRead", Zeroed(0, 1000), 98'000},
                    BytesCase{"BytesBehindTheEnd", OfKnownBytes(Accesses(100, 900)), 900'000},
                    BytesCase{"AFewBytes", OfKnownBytes(Accesses(100, 63)), 0},
                    BytesCase{"ASmallPart", OfKnownBytes(Accesses(900, 100)), 0},
                    BytesCase{"NoBlocks", DhatPoint{}, 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Oversize, WhatALibraryChoseIsNotTheUsersToChange) {
  const Stack stack =
      At(9, {{"operator new(unsigned long)", "", 0, "/lib/s.so"},
             {"std::basic_filebuf<char>::_M_allocate_internal_buffer()", "", 0, "/lib/s.so"}});
  EXPECT_TRUE(Tell(OversizeFindings, With({Point(stack, 10, 1'000'000, 1000, 0)})).empty());
}

TEST(Oversize, BelowTheRuleNothingIsTold) {
  EXPECT_TRUE(Tell(OversizeFindings, With({Point(Array(9), 10, 60'000, 0, 0)})).empty());
  EXPECT_TRUE(
      Tell(OversizeFindings, With({Point(Array(9), 10, 100'000, 0, 0)}, 10'000'000)).empty());
  DhatPoint of_another = Point(Array(9), 10, 1'000'000, 1000, 0);
  of_another.of_test = false;
  EXPECT_TRUE(Tell(OversizeFindings, With({of_another})).empty());
}

/// A hundred copies of 10,000 bytes, one after another, and what they are copied from.
std::vector<DhatPoint> Copied() {
  DhatPoint copy = Point(Vector(12, kCopies), 100, 1'000'000, 1'000'000, 900'000);
  copy.lifetime = 800;
  DhatPoint source = Point(Vector(11), 1, 10'000, 10'000, 1'000'000);
  source.lifetime = 1000;
  return {source, copy};
}

TEST(Copies, ThatNobodyChangesAreTold) {
  const auto findings = Tell(CopyFindings, With(Copied()));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].pattern, Pattern::kCopy);
  EXPECT_EQ(findings[0].location.line, 12);
  EXPECT_EQ(findings[0].title, "100 copies of `vector` that nobody changes: 976.6 KiB a run");
  EXPECT_EQ(findings[0].fix->expected_reduction_bytes, 1'000'000);
  EXPECT_EQ(findings[0].fix->expected_reduction_calls, 100);
  EXPECT_EQ(findings[0].decided_by.size(), 3u);
}

TEST(Copies, ThatAreWrittenToAreNeeded) {
  std::vector<DhatPoint> points = Copied();
  points[1].written_bytes += 4;
  EXPECT_TRUE(Tell(CopyFindings, With(points)).empty());
}

TEST(Copies, ThatKeepAnEarlierStateAreNeeded) {
  std::vector<DhatPoint> points = Copied();
  points[0].written_bytes += 4;
  EXPECT_TRUE(Tell(CopyFindings, With(points)).empty());
}

TEST(Copies, ThatAreKeptAreNeeded) {
  std::vector<DhatPoint> points = Copied();
  points[1].lifetime = 50'000;
  EXPECT_TRUE(Tell(CopyFindings, With(points)).empty());
  points = Copied();
  points[1].at_peak_blocks = 100;
  EXPECT_TRUE(Tell(CopyFindings, With(points)).empty());
}

TEST(Copies, OfWhatIsNotSeenAreNotTold) {
  std::vector<DhatPoint> points = Copied();
  points.erase(points.begin());
  EXPECT_TRUE(Tell(CopyFindings, With(points)).empty());
}

TEST(Copies, OfInlinedConstructorsAreKnownByTheTrace) {
  std::vector<DhatPoint> points = Copied();
  points[1].stack = Vector(12, "vector");
  WasteEvidence evidence = With(points);
  EXPECT_TRUE(Tell(CopyFindings, evidence).empty());
  evidence.sites.push_back({Vector(12, kCopies), {}});
  EXPECT_EQ(Tell(CopyFindings, evidence).size(), 1u);
}

DuplicateGroup Group(Stack stack, std::uint64_t blocks, std::uint64_t bytes) {
  return {std::move(stack), bytes, blocks, "kilograms"};
}

std::vector<Finding> Duplicates(std::vector<DuplicateGroup> groups) {
  WasteEvidence evidence = With({});
  evidence.duplicates = std::move(groups);
  return Tell(DuplicateFindings, evidence);
}

TEST(Duplicates, OneOfEachContentsIsNeeded) {
  const auto findings = Duplicates({Group(Vector(20), 11, 10'000), Group(Vector(20), 2, 50'000)});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].pattern, Pattern::kDuplicateData);
  EXPECT_EQ(findings[0].location.line, 20);
  EXPECT_EQ(findings[0].fix->expected_reduction_bytes, 150'000);
  EXPECT_EQ(findings[0].fix->expected_peak_reduction_bytes, 150'000);
  EXPECT_EQ(findings[0].fix->expected_reduction_calls, 11);
}

TEST(Duplicates, ObjectsAndNodesAreNotTold) {
  const Stack object = At(20, {{"operator new(unsigned long)", "", 0, "/lib/s.so"}});
  const Stack node = At(20, {{"operator new(unsigned long)", "", 0, "/lib/s.so"},
                             {"std::_Rb_tree<int, int>::_M_create_node(int)",
                              "/usr/include/c++/12/bits/stl_tree.h", 600, "/b/a_test"}});
  EXPECT_TRUE(Duplicates({Group(object, 100, 10'000)}).empty());
  EXPECT_TRUE(Duplicates({Group(node, 100, 10'000)}).empty());
  EXPECT_EQ(Duplicates({Group(Array(20), 100, 10'000)}).size(), 1u);
}

TEST(DhatFor, RunsOnlyWhereTheTraceGivesCause) {
  WasteEvidence evidence = With({});
  record::Site counts = {};
  counts.bytes = 1'000'000;
  counts.allocations = 100;
  counts.largest = 10'000;
  evidence.sites = {{Array(9), counts}};
  DhatNeeded needed = DhatFor(evidence, {});
  EXPECT_TRUE(needed.heap);
  EXPECT_FALSE(needed.copies);
  evidence.sites[0].counts.largest = 100;
  EXPECT_FALSE(DhatFor(evidence, {}).heap);
  evidence.sites[0].stack = Vector(9, kCopies);
  needed = DhatFor(evidence, {});
  EXPECT_TRUE(needed.copies);
  EXPECT_TRUE(needed.heap);  // what becomes of the copies
  evidence.sites[0].counts.bytes = 50'000;
  EXPECT_FALSE(DhatFor(evidence, {}).copies);
}

}  // namespace
}  // namespace memprof
