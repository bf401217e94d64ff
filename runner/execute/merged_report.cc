// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/merged_report.h"

#include <filesystem>
#include <utility>

#include "runner/diagnose/merge.h"
#include "runner/execute/policy_files.h"

namespace memprof {
namespace {

/// Parts as sentences name them: "shard-1", not "shard-1/report.json".
std::vector<std::string> NamesOf(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const std::string& file : files) {
    const std::filesystem::path path(file);
    const bool by_directory = path.filename() == "report.json" && path.has_parent_path();
    names.push_back(by_directory ? path.parent_path().string() : file);
  }
  return names;
}

}  // namespace

Result<Report> ReadMergedReport(const std::vector<std::string>& files) {
  std::vector<Report> parts;
  for (const std::string& file : files) {
    Result<Report> part = ReadReportFile(file);
    if (!part) return part.error();
    parts.push_back(std::move(part).value());
  }
  return MergeReports(parts, NamesOf(files));
}

}  // namespace memprof
