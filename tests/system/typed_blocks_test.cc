// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// How many of the blocks that the examples' own code made get a type, at each level of
// optimisation. Counted on real snapshots with what a report is made of.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "runner/analyze/framework_place.h"
#include "runner/analyze/heap_view.h"
#include "runner/analyze/user_code.h"
#include "runner/analyze/user_frame.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/execute/snapshot_files.h"
#include "runner/symbols/program_symbols.h"
#include "runner/symbols/trace_symbols.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

constexpr double kLeastTyped = 0.9;
/// Three runs of all examples keep more than that: with fewer the share says nothing.
constexpr std::size_t kLeastBlocks = 80;

struct Figures {
  std::size_t blocks = 0;     ///< with a frame in an example
  std::size_t by_itself = 0;  ///< typed by the virtual table, or the stack that made it
  std::size_t by_holder = 0;  ///< typed by what points to it
  std::map<std::string, std::size_t> untyped;  ///< blocks by where they were made

  double Share() const {
    return static_cast<double>(by_itself + by_holder) / static_cast<double>(blocks);
  }
};

std::string SourceText(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  return text.ok() ? std::move(text).value() : std::string();
}

/// For each stack of the trace whether the code of an example made its blocks.
std::vector<bool> StacksOfExamples(const RecordFile& record) {
  const RecordedTrace& trace = *record.trace;
  const std::string source_root = MEMPROF_TEST_SOURCE;
  TraceSymbols names(trace.modules, record.process->directory);
  std::vector<Stack> stacks;
  for (const RecordedStack& stack : trace.stacks) stacks.push_back(names.Resolve(stack));
  UserCode::Places places;
  places.source_root = source_root;
  places.executable = record.process->executable;
  places.framework = LearnFramework(stacks);
  const UserCode user_code(places);
  std::vector<bool> is_ours;
  for (const Stack& stack : stacks) {
    const bool has_frame = std::any_of(stack.begin(), stack.end(), [&](const Frame& frame) {
      return IsBelow(frame.file, source_root + "/examples");
    });
    is_ours.push_back(has_frame && !user_code.IsFrameworkOwn(stack));
  }
  return is_ours;
}

Figures Count(const RecordFile& record, const HeapSnapshot& snapshot) {
  const RecordedTrace& trace = *record.trace;
  ProgramSymbols types(trace, snapshot.module_epoch, {record.process->directory, {}, SourceText});
  MemberPaths members(types);
  HeapView view(snapshot, trace, types, members);
  const std::vector<bool> is_ours = StacksOfExamples(record);
  Figures figures;
  for (std::uint32_t block = 0; block < snapshot.blocks.size(); ++block) {
    const std::uint32_t stack = view.block_types().StackOf(block);
    if (!is_ours[stack]) continue;
    ++figures.blocks;
    const std::uint32_t node = view.tree().NodeOf(block);
    if (view.block_types().Of(block).type != kNoType) {
      ++figures.by_itself;
    } else if (node != kNoNode && view.tree().StepOf(node).type != "memory") {
      ++figures.by_holder;
    } else {
      ++figures.untyped[types.PlaceOf(stack)];
    }
  }
  return figures;
}

class TypedBlocks : public testing::TestWithParam<const char*> {};

TEST_P(TypedBlocks, AreNineOfTen) {
  const std::string level = GetParam();
  const std::string out = FreshDirectory("typed_blocks_" + level);
  const std::string path = out + "/a.rec";
  Command command;
  command.arguments = {ProgramPath("examples_leak_" + level), "--gtest_repeat=3"};
  command.output_path = out + "/output.txt";
  command.set_environment = {
      {"MEMPROF_RECORD", path}, {"MEMPROF_TRACE", "1"}, {"MEMPROF_HEAP_SNAPSHOTS", "2"}};
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok() && end->how == ProcessEnd::How::kExited) << out;
  Result<std::string> bytes = ReadFile(path);
  ASSERT_TRUE(bytes.ok());
  Result<RecordFile> record = ParseRecord(bytes.value());
  ASSERT_TRUE(record.ok() && record->trace);
  const ReadSnapshots read = ReadSnapshotFiles(*record, path);
  ASSERT_EQ(read.snapshots.size(), 1u) << read.why_not;

  const Figures figures = Count(*record, read.snapshots[0]);
  ASSERT_GT(figures.blocks, kLeastBlocks);
  std::cout << "-" << level << ": " << figures.blocks << " blocks, " << 100 * figures.Share()
            << " % typed, " << figures.by_holder << " of them by what points to them\n";
  for (const auto& [place, blocks] : figures.untyped) {
    std::cout << "  untyped: " << blocks << " made at " << place << "\n";
  }
  EXPECT_GE(figures.Share(), kLeastTyped);
}

INSTANTIATE_TEST_SUITE_P(Examples, TypedBlocks, testing::Values("O0", "O1", "O2"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
