// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/disk_room.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cstdint>
#include <filesystem>

namespace memprof {
namespace {

/// The plugin reserves that much before the first record.
constexpr std::uint64_t kLeastRoom = 256 << 10;

}  // namespace

Error ErrorOfRecord(const std::string& path, const Error& error) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  struct statvfs disk = {};
  if (statvfs(directory.c_str(), &disk) != 0) return error;
  const std::uint64_t room = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (room >= kLeastRoom) return error;
  return {
      ErrorKind::kUnreadable,
      fmt::format("the disk of {} is full: the test process could not write its record", directory),
      "make room, or name a directory on another disk with --out"};
}

}  // namespace memprof
