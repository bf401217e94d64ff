// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/massif_file.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_profile.h"

namespace memprof {
namespace {

Report ReportOf(std::vector<Profile> profiles) {
  Report report;
  report.binary = "build/cache_test";
  report.profiles = std::move(profiles);
  return report;
}

/// What massif's own readers hold a tree to.
void ExpectSound(const MassifNode& node, std::int64_t at_most) {
  EXPECT_LE(node.bytes, at_most);
  std::int64_t sum = 0;
  for (const MassifNode& child : node.children) {
    ExpectSound(child, node.bytes);
    sum += child.bytes;
  }
  EXPECT_LE(sum, node.bytes);
}

/// massif-visualizer takes every line as it must come, and no other.
void ExpectStrictLines(const std::string& text) {
  static const std::regex kHeader("desc: [^\n#]*\ncmd: [^\n#]*\ntime_unit: i\n");
  static const std::regex kHead(
      "#-----------\nsnapshot=\\d+\n#-----------\ntime=\\d+\nmem_heap_B=\\d+\n"
      "mem_heap_extra_B=\\d+\nmem_stacks_B=\\d+\nheap_tree=(empty|detailed|peak)\n");
  static const std::regex kNode(" *n\\d+: \\d+ [^\n#]+\n");
  constexpr auto kHere = std::regex_constants::match_continuous;
  std::smatch match;
  auto at = text.begin();
  ASSERT_TRUE(std::regex_search(at, text.end(), match, kHeader, kHere)) << text;
  at = match[0].second;
  while (at != text.end()) {
    ASSERT_TRUE(std::regex_search(at, text.end(), match, *at == '#' ? kHead : kNode, kHere))
        << std::string(at, text.end());
    at = match[0].second;
  }
}

MassifFile ReadBack(const Report& report) {
  const std::string text = RenderMassif(report, {});
  ExpectStrictLines(text);
  const Result<MassifFile> file = ParseMassifFile(text);
  if (!file) {
    ADD_FAILURE() << file.error().message << "\n" << text;
    return {};
  }
  EXPECT_TRUE(file->complete);
  std::int64_t time = -1;
  for (const MassifSnapshot& snapshot : file->snapshots) {
    EXPECT_GT(snapshot.time, time);
    time = snapshot.time;
    if (snapshot.detailed) {
      EXPECT_EQ(snapshot.root.bytes, snapshot.heap_bytes);
      ExpectSound(snapshot.root, snapshot.heap_bytes);
    }
  }
  return *file;
}

std::string Description(const Report& report) {
  const std::string text = RenderMassif(report, {});
  return text.substr(0, text.find('\n'));
}

TEST(Massif, RunsAreSnapshotsBetweenThePeakAndWhatIsKept) {
  const Report report = ReportOf(SampleProfiles());
  const MassifFile file = ReadBack(report);
  EXPECT_EQ(file.command, "build/cache_test");
  EXPECT_EQ(file.time_unit, "i");
  ASSERT_EQ(file.snapshots.size(), 13u);
  EXPECT_TRUE(file.snapshots[0].is_peak);
  EXPECT_EQ(file.snapshots[0].time, 0);
  EXPECT_EQ(file.snapshots[0].heap_bytes, 34'256);
  for (std::int64_t run = 1; run <= 12; ++run) {
    const MassifSnapshot& snapshot = file.snapshots[static_cast<std::size_t>(run)];
    EXPECT_EQ(snapshot.number, run);
    EXPECT_EQ(snapshot.time, run);
    EXPECT_EQ(snapshot.heap_bytes, 634'976 * run / 12);
    EXPECT_EQ(snapshot.detailed, run == 12);
  }
}

TEST(Massif, TreesBeginAtTheInnermostCallAndAddUp) {
  const MassifFile file = ReadBack(ReportOf(SampleProfiles()));
  ASSERT_EQ(file.snapshots.size(), 13u);
  const MassifNode& kept = file.snapshots.back().root;
  // Of 635 bytes on a call is told; 512 are of calls that the profile does not tell.
  ASSERT_EQ(kept.children.size(), 4u);
  EXPECT_EQ(kept.children[0].bytes, 512);
  EXPECT_EQ(kept.children[0].frame.function, "");
  EXPECT_EQ(kept.children[1].bytes, 432'468);
  EXPECT_EQ(kept.children[1].frame.function, "alma::Compute");
  EXPECT_EQ(kept.children[1].frame.file, "src/consolidation.cpp");
  EXPECT_EQ(kept.children[1].frame.line, 83);
  EXPECT_EQ(kept.children[2].bytes, 201'600);
  EXPECT_EQ(kept.children[3].bytes, 396);
  EXPECT_TRUE(kept.children[3].below_threshold);
  const MassifNode& build = kept.children[1].children.at(0).children.at(0);
  EXPECT_EQ(build.frame.function, "alma::Report::Build");
  EXPECT_EQ(build.children.size(), 3u);
}

TEST(Massif, SmallCallsAreOneLineInEachNode) {
  Profile profile;
  profile.frames = {{"big", "a.cc", 1, "", 0}, {"main", "a.cc", 9, "", 0}};
  profile.sites = {{{0, 1}, {0, 0, 0, 0, 100'000, 1}}};
  for (std::uint32_t i = 2; i < 7; ++i) {
    profile.frames.push_back({"small" + std::to_string(i), "a.cc", 2, "", 0});
    profile.sites.push_back({{0, i}, {0, 0, 0, 0, i, 1}});
  }
  const std::string text = RenderMassif(ReportOf({profile}), {});
  EXPECT_NE(text.find("n2: 100020 0x0: big (a.cc:1)\n"
                      "  n0: 100000 0x0: main (a.cc:9)\n"
                      "  n0: 20 in 5 places, all below massif's threshold (0.10%)\n"),
            std::string::npos)
      << text;
  ReadBack(ReportOf({profile}));
}

TEST(Massif, TheProfileThatKeepsMostIsShownAndElseTheHighestPeak) {
  std::vector<Profile> profiles = SampleProfiles();
  EXPECT_NE(Description(ReportOf(profiles)).find("3 suspects, 12 runs"), std::string::npos);
  EXPECT_NE(Description(ReportOf(profiles)).find("2 other traced processes"), std::string::npos);
  for (Profile& profile : profiles) {
    for (ProfileSite& site : profile.sites) site.figures.kept_bytes = 0;
    profile.other.kept_bytes = 0;
  }
  EXPECT_NE(Description(ReportOf(profiles)).find("Format.Join alone"), std::string::npos);
}

TEST(Massif, WhatIsAliveBeyondTheToldCallsIsOfOtherCalls) {
  Profile profile = ProfileOf("f");
  profile.live_bytes = {40, 250};
  const MassifFile file = ReadBack(ReportOf({profile}));
  EXPECT_EQ(file.snapshots.back().heap_bytes, 250);
  ASSERT_EQ(file.snapshots.back().root.children.size(), 2u);
  EXPECT_EQ(file.snapshots.back().root.children[0].bytes, 150);
  EXPECT_EQ(file.snapshots.back().root.children[1].bytes, 100);
}

TEST(Massif, FiguresThatItsReadersCannotReadAreNotWritten) {
  Profile profile = ProfileOf("f");
  profile.live_bytes = {-5, 100};
  const MassifFile file = ReadBack(ReportOf({profile}));
  ASSERT_EQ(file.snapshots.size(), 3u);
  EXPECT_EQ(file.snapshots[1].heap_bytes, 0);
  profile.live_bytes = {};
  EXPECT_EQ(ReadBack(ReportOf({profile})).snapshots.size(), 2u);
  profile.peaks.clear();
  EXPECT_EQ(ReadBack(ReportOf({profile})).snapshots.size(), 1u);
}

TEST(Massif, NothingTracedIsAFileThatSaysSo) {
  const MassifFile file = ReadBack(ReportOf({}));
  ASSERT_EQ(file.snapshots.size(), 1u);
  EXPECT_EQ(file.snapshots[0].heap_bytes, 0);
  EXPECT_NE(Description(ReportOf({})).find("no test was traced"), std::string::npos);
}

TEST(Massif, NoNameBreaksALineOrIsACommentToMsPrint) {
  for (const char* name : {"a\nsnapshot=9", "f()::{lambda()#1}::operator()() const",
                           "\x1b[31mred\x1b[0m\xff", "\"><&]]>", "n9: 9 0x9: g", "%s%n", ""}) {
    Report report = ReportOf({ProfileOf(name)});
    report.binary = name;
    ASSERT_EQ(ReadBack(report).snapshots.size(), 2u) << name;
  }
}

TEST(Massif, DepthEndsWhereMassifsDoes) {
  Profile profile;
  profile.sites.emplace_back();
  for (std::uint32_t i = 0; i < 300; ++i) {
    profile.frames.push_back({"f" + std::to_string(i), "a.cc", 1, "", 0});
    profile.sites[0].stack.push_back(i);
  }
  profile.sites[0].figures.kept_bytes = 10;
  const MassifFile file = ReadBack(ReportOf({profile}));
  ASSERT_EQ(file.snapshots.size(), 1u);
  int depth = 0;
  for (const MassifNode* node = &file.snapshots[0].root; !node->children.empty();
       node = &node->children[0]) {
    ++depth;
  }
  EXPECT_EQ(depth, 200);
}

}  // namespace
}  // namespace memprof
