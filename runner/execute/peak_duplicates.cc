// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/peak_duplicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/parse/peak_contents.h"

namespace memprof {
namespace {

using Outcome = Measured<std::vector<DuplicateGroup>>;

/// Naming a stack takes time, and what is beyond these is worth nobody's.
constexpr std::size_t kMostGroups = 4096;

std::uint64_t SpareBytes(const EqualBlocks& group) { return (group.blocks - 1) * group.bytes; }

Outcome Read(const RecordFile& record, const std::string& record_path, const std::string& test,
             const std::function<Stack(std::uint32_t)>& name) {
  if (!record.trace) return Outcome::Not("there was no full trace");
  const auto& all = record.trace->peak_contents;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const RecordedPeakContents& each) {
    return record.tests[each.what.test].FullName() == test;
  });
  if (found == all.rend()) {
    return Outcome::Not("no later run of the test came near its peak, or the peak is below 64 KiB");
  }
  if (found->what.state == record::kSnapshotMissing) return Outcome::Not(found->why);
  const std::string path = fmt::format("{}.peak{}", record_path, found->what.number);
  const Result<std::string> bytes = ReadFile(path);
  std::remove(path.c_str());
  if (!bytes) return Outcome::Not("the process that was to compare them wrote nothing");
  Result<PeakContentsFile> file = ParsePeakContents(*bytes, *found, *record.trace);
  if (!file) return Outcome::Not(file.error().message);
  std::vector<EqualBlocks>& groups = file.value().groups;
  std::stable_sort(groups.begin(), groups.end(), [](const EqualBlocks& a, const EqualBlocks& b) {
    return SpareBytes(a) > SpareBytes(b);
  });
  if (groups.size() > kMostGroups) groups.resize(kMostGroups);
  std::vector<DuplicateGroup> duplicates;
  for (EqualBlocks& group : groups) {
    duplicates.push_back({name(group.stack), group.bytes, group.blocks, std::move(group.shown)});
  }
  return duplicates;
}

}  // namespace

void AddDuplicates(const RecordFile& record, const std::string& record_path,
                   const std::function<Stack(std::uint32_t stack)>& name, WasteEvidence* evidence) {
  evidence->duplicates = Read(record, record_path, evidence->test.FullName(), name);
}

}  // namespace memprof
