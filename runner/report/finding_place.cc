// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/finding_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "runner/analyze/framework_place.h"

namespace memprof {
namespace {

std::string Normal(std::string_view file) {
  return std::filesystem::path(file).lexically_normal().generic_string();
}

std::optional<SourcePlace> PlaceAt(const std::string& file, int line, SourcePlace::Of of) {
  if (!IsBelowRoot(file)) return std::nullopt;
  return SourcePlace{Normal(file), std::max(line, 1), of};
}

/// The calls on the way to the finding, from the one that the report names outwards.
std::optional<SourcePlace> CallerOf(const Finding& finding) {
  const auto is_location = [&](const Frame& frame) {
    return frame.file == finding.location.file && frame.line == finding.location.line;
  };
  auto frame = std::find_if(finding.stack.begin(), finding.stack.end(), is_location);
  if (frame == finding.stack.end()) frame = finding.stack.begin();
  for (; frame != finding.stack.end(); ++frame) {
    // A copy of GoogleTest below the root: whoever reads the pull request cannot mend that.
    const bool framework =
        frame->function.starts_with("testing::") && LooksLikeFrameworkFile(frame->file);
    if (framework || frame->line <= 0) continue;
    if (auto place = PlaceAt(frame->file, frame->line, SourcePlace::Of::kCaller)) return place;
  }
  return std::nullopt;
}

}  // namespace

const char* WhyThere(SourcePlace::Of of) {
  switch (of) {
    case SourcePlace::Of::kSite:
      return "";
    case SourcePlace::Of::kCaller:
      return "shown at the call that leads there, since it lies outside the source root";
    case SourcePlace::Of::kTest:
      return "shown at a test that has it, since no line of its own is known";
    case SourcePlace::Of::kSuite:
      return "shown at the first test of the suite, since no line of its own is known";
    case SourcePlace::Of::kRun:
      return "shown at the first test of the run, since no line of its own is known";
  }
  return "";
}

bool IsBelowRoot(std::string_view file) {
  if (file.empty() || file.front() == '/') return false;
  const std::string normal = Normal(file);
  return normal != "." && normal != ".." && !normal.starts_with("../") && !normal.ends_with('/');
}

FindingPlaces::FindingPlaces(const Report& report) : report_(report) {
  for (const TestReport& test : report.tests) tests_.emplace(test.FullName(), &test);
}

std::optional<SourcePlace> FindingPlaces::OfTest(const std::string& full_name) const {
  const auto found = tests_.find(full_name);
  if (found == tests_.end()) return std::nullopt;
  return PlaceAt(found->second->file, found->second->line, SourcePlace::Of::kTest);
}

std::optional<SourcePlace> FindingPlaces::OfSuite(std::string_view scope_label) const {
  if (scope_label.find("suite ") == std::string_view::npos) return std::nullopt;
  for (const TestReport& test : report_.tests) {
    if (scope_label.find(fmt::format("suite {} (", test.suite)) == std::string_view::npos) continue;
    if (auto place = PlaceAt(test.file, test.line, SourcePlace::Of::kSuite)) return place;
  }
  return std::nullopt;
}

std::optional<SourcePlace> FindingPlaces::OfRun() const {
  for (const TestReport& test : report_.tests) {
    if (auto place = PlaceAt(test.file, test.line, SourcePlace::Of::kRun)) return place;
  }
  return std::nullopt;
}

std::optional<SourcePlace> FindingPlaces::Of(const Finding& finding) const {
  const Location& location = finding.location;
  if (auto place = PlaceAt(location.file, location.line, SourcePlace::Of::kSite)) return place;
  if (auto place = CallerOf(finding)) return place;
  for (const std::string& test : finding.tests) {
    if (auto place = OfTest(test)) return place;
  }
  if (auto place = OfSuite(finding.scope_label)) return place;
  return OfRun();
}

}  // namespace memprof
