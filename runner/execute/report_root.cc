// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/report_root.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <set>
#include <system_error>

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesAsked = 20;  // of a report that may name thousands

std::set<std::string> SomeFiles(const Report& report) {
  std::set<std::string> files;
  const auto add = [&files](const std::string& file) {
    if (!file.empty() && file.front() != '/' && files.size() < kFilesAsked) files.insert(file);
  };
  for (const Finding& finding : report.findings) add(finding.location.file);
  for (const TestReport& test : report.tests) add(test.file);
  if (!files.empty()) return files;
  for (const Profile& profile : report.profiles) {
    for (const Frame& frame : profile.frames) add(frame.file);
  }
  return files;
}

}  // namespace

std::string ReportRoot(const Report& report, const std::string& asked) {
  std::error_code error;
  if (!asked.empty()) return fs::canonical(asked, error).string();
  const std::set<std::string> files = SomeFiles(report);
  if (files.empty()) return "";
  // Some may be made by the build, or gone since.
  const auto has_most = [&](const fs::path& directory) {
    const auto there = std::count_if(files.begin(), files.end(), [&](const std::string& file) {
      return fs::is_regular_file(directory / file, error);
    });
    return 2 * static_cast<std::size_t>(there) > files.size();
  };
  const fs::path binary = fs::absolute(report.binary, error);
  for (const fs::path& start : {fs::current_path(error), binary.parent_path()}) {
    for (fs::path at = start; !at.empty(); at = at.parent_path()) {
      if (has_most(at)) return at.string();
      if (at == at.root_path()) break;
    }
  }
  return "";
}

std::string HostName() {
  std::array<char, 256> name = {};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace memprof
