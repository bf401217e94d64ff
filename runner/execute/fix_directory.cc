// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/fix_directory.h"

#include <filesystem>
#include <set>
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

}  // namespace

std::string FixDirectory(const std::string& out) { return out + "/fixes"; }

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
