// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_root.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>
#include <vector>

#include "runner/analyze/user_frame.h"
#include "runner/execute/source_paths.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

std::string Canonical(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  std::string text = (error ? path : whole).generic_string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// The directory that holds `.git` (a directory, or a file in a work tree), from `start` upwards.
std::string GitTopLevel(const fs::path& start) {
  for (fs::path at = start; !at.empty(); at = at.parent_path()) {
    if (Exists(at / ".git")) return at.generic_string();
    if (at == at.root_path()) break;
  }
  return "";
}

bool HoldsAny(const std::string& root, const std::vector<std::string>& files) {
  if (root.empty()) return false;
  return std::any_of(files.begin(), files.end(),
                     [&](const std::string& file) { return PathBelowRoot(file, root) != file; });
}

std::string CommonDirectory(const std::vector<std::string>& files) {
  fs::path common;
  for (const std::string& file : files) {
    const fs::path directory = fs::path(file).parent_path();
    if (!directory.is_absolute()) continue;
    if (common.empty()) {
      common = directory;
      continue;
    }
    fs::path shared;
    auto a = common.begin();
    auto b = directory.begin();
    for (; a != common.end() && b != directory.end() && *a == *b; ++a, ++b) shared /= *a;
    common = shared;
  }
  return common == common.root_path() ? "" : common.generic_string();
}

}  // namespace

std::string FindSourceRoot(const RunOptions& options, const RecordFile& record) {
  std::vector<std::string> files;
  for (const RecordedTest& test : record.tests) files.push_back(test.file);
  return FindSourceRoot(options, files);
}

std::string FindSourceRoot(const RunOptions& options, const std::vector<std::string>& files) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  std::vector<std::string> candidates;
  if (!options.source_root.empty()) candidates.push_back(Canonical(options.source_root));
  candidates.push_back(GitTopLevel(here));
  if (!files.empty()) candidates.push_back(GitTopLevel(fs::path(files[0]).parent_path()));
  for (const char* variable : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    if (const char* value = std::getenv(variable)) candidates.push_back(Canonical(value));
  }
  candidates.push_back(CommonDirectory(files));
  for (const std::string& candidate : candidates) {
    if (HoldsAny(candidate, files)) return candidate;
  }
  return Canonical(here);
}

void ResolveTestFiles(const RunOptions& options, RecordFile* record) {
  const SourcePaths paths(options.path_map, "", record->process ? record->process->executable : "");
  std::map<std::string, std::string> resolved;  // many tests share a file
  for (RecordedTest& test : record->tests) {
    auto [entry, added] = resolved.emplace(test.file, test.file);
    if (added) {
      const std::string found = paths.Find(test.file);
      entry->second = fs::path(found).is_absolute() && Exists(found) ? Canonical(found) : found;
    }
    test.file = entry->second;
  }
}

}  // namespace memprof
