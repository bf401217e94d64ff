// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/snapshot_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "runner/execute/files.h"

namespace memprof {
namespace {

/// Of files: what is read of them takes as much memory. Three of two million blocks are let in.
constexpr std::uint64_t kMostBytes = std::uint64_t{512} << 20;

std::string PathOf(const std::string& record_path, std::uint32_t number) {
  return fmt::format("{}.heap{}", record_path, number);
}

}  // namespace

ReadSnapshots ReadSnapshotFiles(const RecordFile& record, const std::string& record_path) {
  ReadSnapshots read;
  if (!record.trace || record.trace->snapshots.empty()) {
    read.why_not = "the test process took no heap snapshot";
    return read;
  }
  const std::vector<RecordedSnapshot>& taken = record.trace->snapshots;
  std::uint64_t bytes_read = 0;
  for (auto snapshot = taken.rbegin(); snapshot != taken.rend(); ++snapshot) {
    const bool is_last = snapshot == taken.rbegin();
    const auto fail = [&](const std::string& why) {
      if (is_last) read.why_not = why;
    };
    if (snapshot->what.state == record::kSnapshotMissing) {
      fail(snapshot->why);
      continue;
    }
    const std::string path = PathOf(record_path, snapshot->what.number);
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error && !is_last && bytes_read + size > kMostBytes) break;
    Result<std::string> bytes = ReadFile(path);
    if (!bytes) {
      fail(bytes.error().message);
      continue;
    }
    bytes_read += bytes->size();
    Result<HeapSnapshot> parsed = ParseHeapSnapshot(bytes.value(), *snapshot, *record.trace);
    if (!parsed) {
      fail(parsed.error().message);
      continue;
    }
    read.snapshots.push_back(std::move(parsed).value());
  }
  std::reverse(read.snapshots.begin(), read.snapshots.end());
  if (!read.why_not.empty()) read.snapshots.clear();
  return read;
}

void RemoveSnapshotFiles(const std::string& record_path, std::size_t count) {
  for (std::uint32_t number = 0; number < count; ++number) {
    std::remove(PathOf(record_path, number).c_str());
  }
}

}  // namespace memprof
