// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_paths.h"

#include <filesystem>
#include <system_error>

#include "runner/analyze/user_frame.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

// Build directories are rarely deeper below their source: build/bazel-bin/some/package/tests.
constexpr int kParents = 6;

}  // namespace

SourcePaths::SourcePaths(std::vector<std::pair<std::string, std::string>> old_new,
                         std::string_view source_root, std::string_view executable)
    : old_new_(std::move(old_new)) {
  std::error_code error;
  if (!source_root.empty()) bases_.emplace_back(source_root);
  bases_.push_back(fs::current_path(error).string());
  fs::path at = fs::path(executable).parent_path();
  for (int i = 0; i < kParents && !at.empty(); ++i, at = at.parent_path()) {
    bases_.push_back(at.string());
  }
}

std::string SourcePaths::Find(const std::string& path) const {
  const std::string mapped = MapPath(path, old_new_);
  if (mapped.empty() || mapped.front() == '/' || mapped.front() == '<') return mapped;
  const auto [entry, is_new] = found_.emplace(mapped, mapped);
  if (!is_new) return entry->second;
  for (const std::string& base : bases_) {
    const fs::path candidate = fs::path(base) / mapped;
    std::error_code error;
    if (!fs::is_regular_file(candidate, error)) continue;
    const fs::path canonical = fs::canonical(candidate, error);
    if (!error) entry->second = canonical.string();
    break;
  }
  return entry->second;
}

}  // namespace memprof
