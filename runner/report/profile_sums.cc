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

}  // namespace

std::vector<const Profile*> DistinctProfiles(const Report& report) {
  std::vector<const Profile*> distinct;
  std::set<std::string_view> seen;
  for (const Profile& profile : report.profiles) {
    const bool overlaps = std::any_of(profile.tests.begin(), profile.tests.end(),
                                      [&](const std::string& test) { return seen.contains(test); });
    if (overlaps) continue;
    seen.insert(profile.tests.begin(), profile.tests.end());
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
