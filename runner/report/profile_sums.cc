// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/profile_sums.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace memprof {
namespace {

/// Files outside of the source root are absolute, and those of system libraries unknown.
bool IsUserLine(const Frame& frame) {
  return !frame.file.empty() && frame.file.front() != '/' && frame.line > 0;
}

void Add(const ProfileFigures& figures, double runs, LineFigures* line) {
  line->allocated_bytes += static_cast<double>(figures.allocated_bytes) / runs;
  line->allocations += static_cast<double>(figures.allocations) / runs;
  line->temporary_bytes += static_cast<double>(figures.temporary_bytes) / runs;
  line->kept_bytes += static_cast<double>(figures.kept_bytes);
  line->kept_blocks += static_cast<double>(figures.kept_blocks);
}

/// A binary as the user named it, without what says where that was: "../build/a" is "build/a".
std::string_view PlainName(std::string_view binary) {
  for (const std::string_view start : {"./", "../", "./"}) {
    while (binary.starts_with(start)) binary.remove_prefix(start.size());
  }
  return binary;
}

/// Which of the binaries of a merged report the profile is of, by where its code lies. Two binaries
/// may have tests of one name. Empty in a report of one binary, and where no frame tells.
std::string_view BinaryOf(const Profile& profile, const std::set<std::string_view>& binaries) {
  if (binaries.size() < 2) return "";
  std::string_view of;
  for (const Frame& frame : profile.frames) {
    const std::string_view module = frame.module;
    for (const std::string_view name : binaries) {
      if (!module.ends_with(name) || name.size() <= of.size()) continue;
      const bool is_whole = module.size() == name.size() || name.starts_with('/') ||
                            module[module.size() - name.size() - 1] == '/';
      if (is_whole) of = name;
    }
  }
  return of;
}

}  // namespace

std::vector<const Profile*> DistinctProfiles(const Report& report) {
  std::set<std::string_view> binaries;
  for (const TestReport& test : report.tests) {
    if (!test.binary.empty()) binaries.insert(PlainName(test.binary));
  }
  std::vector<const Profile*> distinct;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Profile& profile : report.profiles) {
    const std::string_view binary = BinaryOf(profile, binaries);
    const bool overlaps =
        std::any_of(profile.tests.begin(), profile.tests.end(), [&](const std::string& test) {
          return seen.contains({binary, test});
        });
    if (overlaps) continue;
    for (const std::string& test : profile.tests) seen.emplace(binary, test);
    distinct.push_back(&profile);
  }
  return distinct;
}

std::map<std::string, std::map<int, LineFigures>> FiguresByLine(const Report& report) {
  std::map<std::string, std::map<int, LineFigures>> files;
  for (const Profile* profile : DistinctProfiles(report)) {
    const double runs = std::max(profile->runs, 1);
    for (const ProfileSite& site : profile->sites) {
      std::set<std::pair<std::string, int>> lines;  // each once, however often a recursion passes
      for (const std::uint32_t frame : site.stack) {
        const Frame& at = profile->frames[frame];
        if (IsUserLine(at)) lines.emplace(at.file, at.line);
      }
      for (const auto& [file, line] : lines) Add(site.figures, runs, &files[file][line]);
    }
  }
  return files;
}

}  // namespace memprof
