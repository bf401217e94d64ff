// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/same_program.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace memprof {
namespace {

std::string_view FileName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view WithoutDot(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return path;
}

/// Whether one is the other, or its end from a directory's name on.
bool IsSamePath(std::string_view a, std::string_view b) {
  a = WithoutDot(a);
  b = WithoutDot(b);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty() || !b.ends_with(a)) return false;
  return a.size() == b.size() || b[b.size() - a.size() - 1] == '/';
}

bool AreShards(const Report& a, const Report& b) {
  std::set<std::string> tests;
  std::set<std::string> files;
  for (const TestReport& test : a.tests) {
    tests.insert(test.FullName());
    if (!test.file.empty()) files.insert(test.file);
  }
  const bool twice = std::any_of(b.tests.begin(), b.tests.end(), [&](const TestReport& test) {
    return tests.contains(test.FullName());
  });
  return !twice && std::any_of(b.tests.begin(), b.tests.end(),
                               [&](const TestReport& test) { return files.contains(test.file); });
}

bool IsMerged(const Report& report) {
  return std::any_of(report.tests.begin(), report.tests.end(),
                     [](const TestReport& test) { return !test.binary.empty(); });
}

bool IsSameProgram(const Report& a, const Report& b) {
  if (a.binary == b.binary) return true;
  if (IsMerged(a) || IsMerged(b)) return false;
  if (IsSamePath(a.binary, b.binary)) return true;
  return FileName(a.binary) == FileName(b.binary) && AreShards(a, b);
}

}  // namespace

std::vector<ReportedProgram> ProgramsOf(std::span<const Report> parts) {
  std::vector<ReportedProgram> programs;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto found =
        std::find_if(programs.begin(), programs.end(), [&](const ReportedProgram& program) {
          if (parts[i].binary.empty() || program.binary == parts[i].binary) return true;
          return std::all_of(program.parts.begin(), program.parts.end(), [&](std::size_t known) {
            return IsSameProgram(parts[known], parts[i]);
          });
        });
    if (found == programs.end()) {
      programs.push_back({parts[i].binary, {i}});
    } else {
      found->parts.push_back(i);
      if (found->binary.empty()) found->binary = parts[i].binary;
    }
  }
  return programs;
}

}  // namespace memprof
