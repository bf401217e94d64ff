// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/massif_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

MassifFile Parse(std::string_view text) {
  auto file = ParseMassifFile(text);
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message);
  return file.ok() ? *std::move(file) : MassifFile{};
}

constexpr std::string_view kHeader = "desc: --threshold=0\ncmd: ./t -x\ntime_unit: i\n";
constexpr std::string_view kSnapshot =
    "#-----------\nsnapshot=0\n#-----------\ntime=5\nmem_heap_B=30\nmem_heap_extra_B=2\n"
    "mem_stacks_B=0\nheap_tree=detailed\n";

std::string WithTree(std::string_view tree) {
  return std::string(kHeader) + std::string(kSnapshot) + std::string(tree);
}

TEST(MassifFile, ReadsWhatADetailedSnapshotCommandWrote) {
  const MassifFile file = Parse(ReadFixture("massif/snapshot_O0_3.txt"));
  EXPECT_TRUE(file.complete);
  EXPECT_EQ(file.command, "./grow_O0 --gtest_repeat=6");
  EXPECT_EQ(file.time_unit, "i");
  ASSERT_EQ(file.snapshots.size(), 1u);
  const MassifSnapshot& snapshot = file.snapshots[0];
  EXPECT_EQ(snapshot.number, 0);
  EXPECT_TRUE(snapshot.detailed);
  EXPECT_FALSE(snapshot.is_peak);
  EXPECT_EQ(snapshot.heap_bytes, snapshot.root.bytes);
  EXPECT_EQ(snapshot.root.frame, Frame{});
  ASSERT_GE(snapshot.root.children.size(), 2u);
  EXPECT_EQ(snapshot.root.children[0].frame.module,
            "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30");
  EXPECT_TRUE(snapshot.root.children[0].frame.function.empty());
}

TEST(MassifFile, ReadsPathsLinesAndLongNames) {
  const MassifFile file = Parse(ReadFixture("massif/snapshot_O0_3.txt"));
  ASSERT_EQ(file.snapshots.size(), 1u);
  const MassifNode* node = &file.snapshots[0].root.children[1];
  std::vector<Frame> frames;
  for (; !node->children.empty(); node = &node->children[0]) frames.push_back(node->frame);
  frames.push_back(node->frame);
  const auto lookup = std::find(frames.begin(), frames.end(),
                                Frame{"ThumbnailCache::Lookup(int)", "/src/grow_test.cc", 13, ""});
  ASSERT_NE(lookup, frames.end());
  EXPECT_EQ((lookup - 1)->function,
            "std::shared_ptr<std::enable_if<!std::is_array<Thumb>::value, Thumb>::type> "
            "std::make_shared<Thumb, int>(int&&)");
  EXPECT_EQ((lookup - 1)->file, "/usr/include/c++/12/bits/shared_ptr.h");
  EXPECT_EQ(frames.back(), (Frame{"main", "/src/grow_test.cc", 34, ""}));
}

TEST(MassifFile, ReadsEveryCaptureWhole) {
  struct Row {
    const char* fixture;
    std::size_t snapshots;
    std::ptrdiff_t detailed;
    std::ptrdiff_t peaks;
    const char* time_unit;
  };
  for (const Row& row : std::vector<Row>{
           {"snapshot_O2_3.txt", 1, 1, 0, "i"},
           {"default_threshold.txt", 91, 10, 1, "B"},
           {"stripped.txt", 79, 11, 1, "i"},
           {"c_program.txt", 9, 0, 0, "ms"},
           {"pages_as_heap.txt", 31, 4, 1, "i"},
           {"stacks.txt", 89, 0, 0, "ms"},
       }) {
    SCOPED_TRACE(row.fixture);
    const MassifFile file = Parse(ReadFixture(std::string("massif/") + row.fixture));
    const auto& all = file.snapshots;
    EXPECT_TRUE(file.complete);
    EXPECT_EQ(file.time_unit, row.time_unit);
    EXPECT_EQ(all.size(), row.snapshots);
    EXPECT_EQ(std::count_if(all.begin(), all.end(), [](auto& s) { return s.detailed; }),
              row.detailed);
    EXPECT_EQ(std::count_if(all.begin(), all.end(), [](auto& s) { return s.is_peak; }), row.peaks);
  }
}

TEST(MassifFile, NodesBelowTheThresholdAreMarked) {
  const MassifFile file =
      Parse(WithTree("n3: 30 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.\n"
                     " n0: 20 0x1: f(int, char) (t.cc:1)\n"
                     " n0: 6 in 3 places, all below massif's threshold (1.00%)\n"
                     " n0: 4 in 1 place, below massif's threshold (1.00%)\n"));
  ASSERT_EQ(file.snapshots.size(), 1u);
  EXPECT_EQ(file.snapshots[0].time, 5);
  EXPECT_EQ(file.snapshots[0].extra_bytes, 2);
  const auto& children = file.snapshots[0].root.children;
  ASSERT_EQ(children.size(), 3u);
  EXPECT_FALSE(children[0].below_threshold);
  EXPECT_EQ(children[0].frame, (Frame{"f(int, char)", "t.cc", 1, ""}));
  EXPECT_TRUE(children[1].below_threshold);
  EXPECT_TRUE(children[2].below_threshold);
  EXPECT_EQ(children[2].bytes, 4);
}

TEST(MassifFile, SnapshotThatIsCutIsLeftOut) {
  const std::string text = ReadFixture("massif/default_threshold.txt");
  const MassifFile file = Parse(std::string_view(text).substr(0, text.rfind("mem_heap_extra_B")));
  EXPECT_EQ(file.snapshots.size(), 90u);
  EXPECT_FALSE(file.complete);
}

TEST(MassifFile, TextThatEndsInATreeIsCut) {
  const MassifFile file = Parse(WithTree("n2: 30 (heap allocation functions)\n n0: 20 0x1: f\n"));
  EXPECT_TRUE(file.snapshots.empty());
  EXPECT_FALSE(file.complete);
}

TEST(MassifFile, WhatContradictsItselfIsNamedWithItsLine) {
  struct Row {
    std::string text;
    const char* message;
  };
  for (const Row& row : std::vector<Row>{
           {"", "line 0"},
           {"Running main() from gtest_main.cc\n", "line 1: is not massif's"},
           {WithTree("n2: 30 (heap allocation functions)\n n0: 20 0x1: f\n#-----------\n"),
            "line 14: expected a node"},
           {WithTree("n1: 30 (heap allocation functions)\n  n0: 20 0x1: f\n"), "line 13: expected"},
           {WithTree("n0: 30 (heap allocation functions)\n n0: 20 0x1: f\n"), "line 13: expected"},
           {WithTree("nx: 30 (heap allocation functions)\n"), "line 12: expected n<children>"},
           {WithTree("n0: 99999999999999999999 (heap)\n"), "line 12: expected n<children>"},
           {std::string(kHeader) + "snapshot=0\nheap_tree=empty\n", "line 5: a heap tree without"},
           {std::string(kHeader) + "snapshot=0\nsnapshot=1\n", "line 5: a snapshot without"},
           {std::string(kHeader) + "snapshot=zero\n", "line 4: no number"},
       }) {
    const auto file = ParseMassifFile(row.text);
    ASSERT_FALSE(file.ok()) << row.message;
    EXPECT_EQ(file.error().kind, ErrorKind::kDamaged);
    EXPECT_NE(file.error().message.find(row.message), std::string::npos) << file.error().message;
  }
}

TEST(MassifFile, TreeWithoutBottomIsRefused) {
  std::string tree;
  for (int depth = 0; depth < 1000; ++depth) {
    tree += std::string(static_cast<std::size_t>(depth), ' ') + "n1: 1 0x1: f (t.cc:1)\n";
  }
  EXPECT_FALSE(ParseMassifFile(WithTree(tree)).ok());
}

TEST(MassifFile, NoDamageCrashesIt) {
  for (const std::string& name : FixtureNames("massif")) {
    SCOPED_TRACE(name);
    std::size_t read = 0;
    ForEachDamage(ReadFixture(name), [&](std::string_view text) {
      const auto file = ParseMassifFile(text);
      read += file.ok() ? 1 : 0;
      EXPECT_TRUE(file.ok() || file.error().kind == ErrorKind::kDamaged);
    });
    EXPECT_GT(read, 0u);
  }
}

TEST(MassifFile, CutIsNeverDamageOnceTheHeaderStands) {
  const std::string text = ReadFixture("massif/c_program.txt");
  for (std::size_t size = text.find('\n') + 1; size < text.size(); ++size) {
    const MassifFile file = Parse(std::string_view(text).substr(0, size));
    EXPECT_LT(file.snapshots.size(), 9u);
  }
}

}  // namespace
}  // namespace memprof
