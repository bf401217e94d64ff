// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/waste_findings.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/waste/peak_site.h"
#include "tests/unit/diagnose/waste/waste_builder.h"

namespace memprof {
namespace {

const std::string kString =
    "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
const std::vector<std::string> kSum = {
    kString + "::_M_append(char const*, unsigned long)",
    kString + " std::operator+<char, std::char_traits<char> >(" + kString + "&&, char const*)"};
const std::vector<std::string> kAppend = {kString + "::_M_append(char const*, unsigned long)"};
const std::vector<std::string> kCopy = {"void " + kString + "::_M_construct<char*>(char*, char*)"};
const std::vector<std::string> kPush = {
    "void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int&&)"};
const std::vector<std::string> kReserve = {
    "std::vector<int, std::allocator<int> >::reserve(unsigned long)"};
const std::vector<std::string> kRehash = {"std::_Hashtable<int>::_M_rehash_aux(unsigned long)"};
const std::vector<std::string> kNode = {
    "std::__cxx11::_List_base<int, std::allocator<int> >::_M_get_node()"};
const std::vector<std::string> kStream = {"std::basic_ostream<char>::flush()"};

std::vector<Finding> Find(const WasteEvidence& evidence) {
  return WasteFindings(evidence, SomeContext(), Thresholds());
}

WasteSite Temporary(WasteSite site) {
  site.counts.temporaries = site.counts.allocations;
  site.counts.temporary_bytes = site.counts.bytes;
  return site;
}

/// A block that is grown by realloc through these sizes.
WasteSite Reallocated(int line, const std::vector<std::uint64_t>& sizes) {
  WasteSite site = Allocating(CallsAt(line, {}), sizes);
  site.counts.reallocs = sizes.size() - 1;
  site.counts.longest_chain = sizes.size() - 1;
  site.counts.realloc_bytes = site.counts.bytes - sizes.back();
  return site;
}

struct Row {
  const char* name;
  std::vector<WasteSite> sites;
  std::optional<Pattern> pattern;  ///< of the only finding; none: there is none
  std::int64_t least_bytes = 0;    ///< promised
  std::int64_t most_bytes = 0;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class WasteTable : public testing::TestWithParam<Row> {};

TEST_P(WasteTable, HasItsPatternAndPromisesNoMoreThanARewriteSaves) {
  const std::vector<Finding> findings = Find(Wasting(GetParam().sites));
  if (!GetParam().pattern) {
    EXPECT_TRUE(findings.empty()) << findings[0].title;
    return;
  }
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.pattern, *GetParam().pattern) << finding.title;
  EXPECT_EQ(finding.severity, Severity::kOptimization);
  EXPECT_EQ(finding.kind, FindingKind::kOptimization);
  EXPECT_EQ(finding.location.file, "src/csv.cc");
  EXPECT_EQ(finding.location.line, 14);
  EXPECT_EQ(finding.tests, std::vector<std::string>{"Cache.Lookup"});
  EXPECT_EQ(finding.fingerprint.size(), 16u);
  EXPECT_FALSE(finding.decided_by.empty());
  ASSERT_TRUE(finding.fix);
  const std::int64_t promised = finding.fix->expected_reduction_bytes.value_or(0);
  EXPECT_GE(promised, GetParam().least_bytes) << finding.title;
  EXPECT_LE(promised, GetParam().most_bytes) << finding.title;
}

constexpr std::uint64_t kKiB = 1 << 10;

INSTANTIATE_TEST_SUITE_P(
    Rows, WasteTable,
    testing::Values(
        Row{"TextCopiedForEachPiece",
            {Allocating(CallsAt(14, kSum), Rising(500, 24))},
            Pattern::kStringConcatenation,
            2'500'000,
            24 * 500 * 501 / 2 - 2 * 12'000},
        Row{"TwoSumsOfOneLineAreOneFinding",
            {Allocating(CallsAt(14, kSum), Rising(500, 24)),
             Allocating(CallsAt(14, kSum), Rising(500, 48))},
            Pattern::kStringConcatenation,
            8'000'000,
            3 * 24 * 500 * 501 / 2 - 2 * 12'000},
        Row{"SumsOfOneLength", {Allocating(CallsAt(14, kSum), Same(5000, 100))}, {}},
        Row{"SumsThatAreFreedAtOnce",
            {Temporary(Allocating(CallsAt(14, kSum), Rising(500, 24)))},
            {}},
        Row{"SumsOfFewPieces", {Allocating(CallsAt(14, kSum), Rising(20, 4000))}, {}},
        Row{"SumsWithOperandsOfGrowingLength",
            {Allocating(CallsAt(14, kSum), Rising(500, 24)),
             Allocating(CallsAt(3, kCopy), Rising(500, 22))},
            {}},
        Row{"AppendsOfGrowingLength", {Allocating(CallsAt(14, kAppend), Rising(500, 24))}, {}},
        Row{"VectorThatDoubles",
            {Allocating(CallsAt(14, kPush), Doubling(4, 256 * kKiB))},
            Pattern::kMissingReserve,
            250'000,
            256 * kKiB},
        Row{"ManyVectorsThatDouble",
            {Allocating(CallsAt(14, kPush), Doubling(4, 64, 5000))},
            Pattern::kMissingReserve,
            290'000,
            300'000},
        Row{"VectorsOfAFewElements", {Allocating(CallsAt(14, kPush), Doubling(4, 8, 5000))}, {}},
        Row{"VectorsThatWereCopiedBefore",
            {Allocating(CallsAt(14, kPush), Rising(500, 2 * kKiB))},
            {}},
        Row{"StringsOfTwoLengths",
            {Allocating(CallsAt(14, kAppend), Same(9000, 24)),
             Allocating(CallsAt(14, kAppend), Same(9000, 40))},
            {}},
        Row{"StringThatDoubles",
            {Allocating(CallsAt(14, kAppend), Doubling(30, 300'000))},
            Pattern::kMissingReserve,
            240'000,
            250'000},
        Row{"ReservedVector", {Allocating(CallsAt(14, kReserve), Same(1, 256 * kKiB))}, {}},
        Row{"TableThatRehashes",
            {Allocating(CallsAt(14, kRehash),
                        {104, 232, 472, 1026, 2168, 4456, 9032, 18'328, 37'000, 82'000, 164'000})},
            Pattern::kMissingReserve,
            140'000,
            155'000},
        Row{"BufferGrownByRealloc",
            {Reallocated(14, Rising(100, kKiB))},
            Pattern::kMissingReserve,
            99 * 100 * 512,
            99 * 100 * 512},
        Row{"BlocksOfMalloc", {Allocating(CallsAt(14, {}), Rising(100, kKiB))}, {}},
        Row{"ArgumentsMadeForEachCall",
            {Temporary(Allocating(CallsAt(14, kCopy), Same(20'000, 49)))},
            Pattern::kTemporaryAllocation,
            970'000,
            980'000},
        Row{"AFewTemporaries", {Temporary(Allocating(CallsAt(14, kCopy), Same(9000, 49)))}, {}},
        Row{"BuffersMadeForEachCall",
            {Temporary(Allocating(CallsAt(14, kCopy), Same(1000, 64 * kKiB)))},
            Pattern::kTemporaryAllocation,
            990 * 64 * kKiB,
            999 * 64 * kKiB},
        Row{"OneLargeBuffer",
            {Temporary(Allocating(CallsAt(14, kCopy), Same(1, 4096 * kKiB)))},
            {}},
        Row{"TemporariesOfAStream",
            {Temporary(Allocating(CallsAt(14, kStream), Same(20'000, 49)))},
            {}},
        Row{"Nodes",
            {Allocating(CallsAt(14, kNode), Same(20'000, 24))},
            Pattern::kSmallObjects,
            0,
            0},
        Row{"AFewNodes", {Allocating(CallsAt(14, kNode), Same(9000, 24))}, {}},
        Row{"NodesWithoutOverhead",
            {Allocating(CallsAt(14, kNode), Same(20'000, 40))},
            Pattern::kSmallObjects,
            0,
            0},
        Row{"ObjectsOfAnySize", {Allocating(CallsAt(14, {}), Rising(20'000, 1))}, {}},
        Row{"LargeObjects", {Allocating(CallsAt(14, {}), Same(20'000, 1024))}, {}},
        Row{"NodesAmongManyOthers",
            {Allocating(CallsAt(14, kNode), Same(20'000, 24)),
             Allocating(CallsAt(3, kCopy), Same(90'000, 49))},
            {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WasteFindings, BelowAShareOfTheTestNothingIsTold) {
  WasteEvidence evidence = Wasting({Allocating(CallsAt(14, kPush), Doubling(4, 256 * kKiB))});
  ASSERT_EQ(Find(evidence).size(), 1u);
  evidence.allocated_bytes = 100 * evidence.allocated_bytes;
  EXPECT_TRUE(Find(evidence).empty());
}

TEST(WasteFindings, OneLineIsPromisedOnce) {
  const std::vector<Finding> findings =
      Find(Wasting({Allocating(CallsAt(14, kRehash), Doubling(104, 256 * kKiB)),
                    Allocating(CallsAt(14, kNode), Same(20'000, 24))}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].pattern, Pattern::kMissingReserve);
}

TEST(WasteFindings, MostBytesComeFirst) {
  const std::vector<Finding> findings =
      Find(Wasting({Allocating(CallsAt(14, kPush), Doubling(4, 256 * kKiB)),
                    Temporary(Allocating(CallsAt(20, kCopy), Same(20'000, 49)))}));
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].location.line, 20);
  EXPECT_EQ(findings[1].location.line, 14);
}

TEST(WasteFindings, CodeOutsideTheSourceRootIsNotTheReaders) {
  WasteEvidence evidence = Wasting({Allocating(CallsAt(14, kPush), Doubling(4, 256 * kKiB))});
  DiagnoseContext context = SomeContext();
  context.source_root = "/elsewhere";
  EXPECT_TRUE(WasteFindings(evidence, context, Thresholds()).empty());
}

TEST(WasteFindings, WasteSaysHowMuchOfTheTestItIs) {
  WasteEvidence evidence = Wasting({Temporary(Allocating(CallsAt(14, kCopy), Same(20'000, 50)))});
  evidence.allocated_bytes *= 2;
  evidence.allocations *= 4;
  const std::vector<Finding> findings = Find(evidence);
  ASSERT_EQ(findings.size(), 1u);
  ASSERT_TRUE(findings[0].waste);
  EXPECT_NEAR(findings[0].waste->share_of_bytes, 0.5, 0.01);
  EXPECT_NEAR(findings[0].waste->share_of_calls, 0.25, 0.01);
}

WasteEvidence WithPeak(std::uint64_t bytes, std::uint64_t of_call) {
  WasteEvidence evidence;
  evidence.test = WastingTest();
  evidence.peak_bytes = bytes;
  evidence.peak = {{CallsAt(14, kReserve), 1, of_call}};
  return evidence;
}

TEST(PeakSite, HalfOfALargePeakIsTold) {
  constexpr std::uint64_t kMiB = 1 << 20;
  const std::vector<Finding> findings = Find(WithPeak(32 * kMiB, 20 * kMiB));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].pattern, Pattern::kPeakSite);
  EXPECT_EQ(findings[0].location.line, 14);
  EXPECT_FALSE(findings[0].fix && findings[0].fix->expected_reduction_bytes);
  EXPECT_TRUE(Find(WithPeak(32 * kMiB, 10 * kMiB)).empty());
  EXPECT_TRUE(Find(WithPeak(8 * kMiB, 8 * kMiB)).empty());
}

TEST(PeakSite, GoesToTheFindingOnTheSamePeak) {
  constexpr std::uint64_t kMiB = 1 << 20;
  const WasteEvidence evidence = WithPeak(32 * kMiB, 20 * kMiB);
  std::vector<Finding> found = Find(evidence);
  Finding other;
  other.kind = FindingKind::kPeakSpike;
  other.tests = {"Cache.Other"};
  std::vector<Finding> screen = {other};
  TellWithPeak(evidence, SomeContext(), &screen, &found);
  EXPECT_EQ(found.size(), 1u);
  EXPECT_TRUE(screen[0].evidence.empty());
  screen[0].tests = {"Cache.Lookup"};
  TellWithPeak(evidence, SomeContext(), &screen, &found);
  EXPECT_TRUE(found.empty());
  ASSERT_EQ(screen[0].evidence.size(), 1u);
  EXPECT_NE(screen[0].evidence[0].text.find("src/csv.cc:14"), std::string::npos);
}

}  // namespace
}  // namespace memprof
