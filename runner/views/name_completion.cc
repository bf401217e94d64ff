// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/name_completion.h"

#include <set>

#include "runner/analyze/function_name.h"
#include "runner/report/finding_place.h"
#include "runner/report/plain_text.h"
#include "runner/views/module_match.h"

namespace memprof {
namespace {

std::set<std::string> FilesOf(const Report& report) {
  std::set<std::string> files;
  for (const Profile& profile : report.profiles) {
    for (const Frame& frame : profile.frames) {
      if (frame.line > 0 && IsBelowRoot(frame.file)) files.insert(frame.file);
    }
  }
  return files;
}

/// Of the user's own code, without arguments: as people type them.
std::set<std::string> FunctionsOf(const Report& report) {
  std::set<std::string> functions;
  for (const Profile& profile : report.profiles) {
    for (const Frame& frame : profile.frames) {
      if (!IsBelowRoot(frame.file)) continue;
      functions.insert(ShortFunctionName(frame.function));
    }
  }
  return functions;
}

std::set<std::string> TestsOf(const Report& report) {
  std::set<std::string> tests;
  for (const TestReport& test : report.tests) tests.insert(test.FullName());
  return tests;
}

std::set<std::string> NamesOf(const Report& report, const CompletionRequest& request) {
  if (request.is_test) return TestsOf(report);
  switch (request.view) {
    case View::kLines:
      return FilesOf(report);
    case View::kPatterns:
      return FunctionsOf(report);
    case View::kDiagnose:
      return TestsOf(report);
    case View::kRecommend: {
      const std::vector<std::string> names = ModuleNames(report);
      return {names.begin(), names.end()};
    }
    case View::kLeaks:
    case View::kHandles:
    case View::kObjects:
      break;
  }
  return {};
}

}  // namespace

std::vector<std::string> CompletionsOf(const Report& report, const CompletionRequest& request) {
  std::vector<std::string> completions;
  for (const std::string& name : NamesOf(report, request)) {
    // What would not come back as it is cannot be typed either.
    if (!name.empty() && name.starts_with(request.prefix) && OneLine(name) == name) {
      completions.push_back(name);
    }
  }
  return completions;
}

}  // namespace memprof
