// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/fix_directory.h"

#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "runner/execute/files.h"
#include "runner/report/fix_files.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

void RemoveStale(const std::string& directory, const std::set<std::string>& current) {
  std::error_code error;
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (IsFixFileName(name) && !current.contains(name)) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) fs::remove(path, error);
}

/// The first file that the diff changes: "src/bus.cc" of "--- a/src/bus.cc".
std::string ChangedFile(const std::string& diff) {
  constexpr std::string_view kHead = "--- a/";
  if (!diff.starts_with(kHead)) return "";
  const std::size_t end = diff.find_first_of("\t\n", kHead.size());
  return diff.substr(kHead.size(), end - kHead.size());
}

}  // namespace

std::string FixDirectory(const std::string& out) { return out + "/fixes"; }

std::string PatchDirectory(const Report& report, const std::string& out,
                           const std::string& source_root) {
  constexpr int kMostUp = 32;
  std::error_code error;
  const auto has_all = [&](const fs::path& directory) {
    bool any = false;
    for (const Finding& finding : report.findings) {
      if (!finding.fix || finding.fix->diff.empty()) continue;
      if (!fs::is_regular_file(directory / ChangedFile(finding.fix->diff), error)) return false;
      any = true;
    }
    return any;
  };
  if (has_all(".")) return "";
  fs::path up = "..";
  for (int i = 0; i < kMostUp; ++i, up /= "..") {
    if (!has_all(up)) continue;
    // With an absolute directory of results the command is good wherever it is read.
    return fs::path(out).is_absolute() ? fs::canonical(up, error).string() : up.string();
  }
  return !source_root.empty() && has_all(source_root) ? source_root : "";
}

Result<std::string> WriteFixFiles(const Report& report, const std::string& out) {
  const std::string directory = FixDirectory(out);
  const std::vector<FixFile> files = FixFiles(report);
  std::set<std::string> current;
  for (const FixFile& file : files) current.insert(file.name);
  RemoveStale(directory, current);
  if (files.empty()) return directory;
  if (Result<std::string> made = MakeDirectory(directory); !made) return made;
  for (const FixFile& file : files) {
    Result<std::string> written = WriteFile(directory + "/" + file.name, file.content);
    if (!written) return written;
  }
  return directory;
}

}  // namespace memprof
