// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/framework_place.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <unordered_set>

#include "runner/analyze/function_name.h"
#include "runner/analyze/user_frame.h"
#include "runner/symbols/system_library.h"

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

/// "" for a name without a directory.
std::string DirectoryOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// "/usr/include/gtest" of "/usr/include/gtest/internal/gtest-port.h"; empty for other files.
std::string HeaderDirectory(const std::string& file) {
  if (!file.ends_with(".h")) return {};
  for (const std::string_view directory : {"/gtest/", "/gmock/"}) {
    const auto at = file.rfind(directory);
    if (at != std::string::npos) return file.substr(0, at + directory.size() - 1);
  }
  return {};
}

/// "…/googletest" of "…/googletest/src" and of "…/googletest/include/gtest".
std::string ProjectOf(const std::string& directory) {
  const std::string parent = DirectoryOf(directory);
  return NameOf(directory) == "src" ? parent : DirectoryOf(parent);
}

/// Whether a named function can only be somebody's who is not GoogleTest. Functions without any
/// scope are left out: the least debug information (-gline-tables-only) has names without theirs.
bool IsOfOthers(std::string_view function) {
  return function.find("::") != kNone && !function.starts_with("testing::") &&
         !function.starts_with("std::") && !function.starts_with("__gnu_cxx::");
}

/// Each place and function once; everything that is learned is learned from these.
struct Seen {
  std::map<std::string, std::set<std::string>> functions_by_file;
  std::set<std::string> run_files;  ///< that hold what calls tests
  std::set<std::string> run_modules;
  std::set<std::string> body_files;  ///< that hold tests
  std::set<std::string> modules_of_others;
};

/// Whether a module with such a frame holds more than GoogleTest. A library of GoogleTest's has
/// `main` and the C runtime's functions, and a template of the standard library's.
bool ShowsOthersInModule(const Frame& frame, const std::string& function) {
  if (function.empty() || function == "main" || function == "RUN_ALL_TESTS") return false;
  // Tests may be in the namespace `testing` too, and then all of a program's code.
  if (function.ends_with("::TestBody")) return true;
  for (const std::string_view prefix : {"testing::", "std::", "__gnu_cxx::", "_", "operator "}) {
    if (function.starts_with(prefix)) return false;
  }
  return !IsSystemHeader(frame.file);
}

Seen Look(std::span<const Stack> stacks) {
  Seen seen;
  std::unordered_set<std::string> known;
  std::string key;
  for (const Stack& stack : stacks) {
    for (const Frame& frame : stack) {
      key.assign(frame.function).append("\n").append(frame.file).append("\n").append(frame.module);
      if (!known.insert(key).second) continue;
      const std::string function = ShortFunctionName(frame.function);
      if (!frame.file.empty()) seen.functions_by_file[frame.file].insert(function);
      if (function.ends_with("::TestBody") && !frame.file.empty()) {
        seen.body_files.insert(frame.file);
      }
      if (CallsTests(function)) {
        if (!frame.file.empty()) seen.run_files.insert(frame.file);
        seen.run_modules.insert(frame.module);
      }
      if (ShowsOthersInModule(frame, function)) seen.modules_of_others.insert(frame.module);
    }
  }
  return seen;
}

bool IsGoogleTestsAlone(const std::string& directory, const Seen& seen) {
  return std::none_of(seen.functions_by_file.begin(), seen.functions_by_file.end(),
                      [&](const auto& entry) {
                        return IsBelow(entry.first, directory) &&
                               std::any_of(entry.second.begin(), entry.second.end(), IsOfOthers);
                      });
}

void LearnDirectories(const Seen& seen, FrameworkPlace& place) {
  std::set<std::string> directories;
  std::set<std::string> projects;  // the directories that those of GoogleTest and GoogleMock are in
  for (const std::string& file : seen.run_files) {
    const std::string directory = DirectoryOf(file);
    if (NameOf(directory) == "src" && IsGoogleTestsAlone(directory, seen)) {
      directories.insert(directory);
      projects.insert(DirectoryOf(ProjectOf(directory)));
    } else if (HeaderDirectory(file).empty()) {
      place.files.push_back(file);
    }
  }
  for (const auto& [file, functions] : seen.functions_by_file) {
    if (std::none_of(functions.begin(), functions.end(), IsInTestingNamespace)) continue;
    const std::string headers = HeaderDirectory(file);
    if (!headers.empty() && IsGoogleTestsAlone(headers, seen)) directories.insert(headers);
    // GoogleMock calls no tests, but its sources lie beside GoogleTest's.
    const std::string directory = DirectoryOf(file);
    if (NameOf(directory) == "src" && projects.count(DirectoryOf(ProjectOf(directory))) > 0 &&
        IsGoogleTestsAlone(directory, seen)) {
      directories.insert(directory);
    }
  }
  place.directories.assign(directories.begin(), directories.end());
}

/// Whether every test lies in a project whose sources those of GoogleTest are, or in one beside it
/// that has GoogleTest's headers too.
bool TestsItself(const Seen& seen, const FrameworkPlace& place) {
  std::set<std::string> parents;
  for (const std::string& directory : place.directories) {
    if (NameOf(directory) == "src") parents.insert(DirectoryOf(ProjectOf(directory)));
  }
  const auto is_own = [&](const std::string& file) {
    return std::any_of(place.directories.begin(), place.directories.end(),
                       [&](const std::string& directory) {
                         const std::string project = ProjectOf(directory);
                         return parents.count(DirectoryOf(project)) > 0 && IsBelow(file, project);
                       });
  };
  return !seen.body_files.empty() &&
         std::all_of(seen.body_files.begin(), seen.body_files.end(), is_own);
}

}  // namespace

bool FrameworkPlace::HasFile(std::string_view file) const {
  return std::find(files.begin(), files.end(), file) != files.end() ||
         std::any_of(directories.begin(), directories.end(),
                     [&](const std::string& directory) { return IsBelow(file, directory); });
}

bool FrameworkPlace::HasModule(std::string_view module) const {
  return std::find(modules.begin(), modules.end(), module) != modules.end();
}

FrameworkPlace LearnFramework(std::span<const Stack> stacks) {
  const Seen seen = Look(stacks);
  FrameworkPlace place;
  LearnDirectories(seen, place);
  for (const std::string& module : seen.run_modules) {
    if (!module.empty() && seen.modules_of_others.count(module) == 0) {
      place.modules.push_back(module);
    }
  }
  place.tests_itself = TestsItself(seen, place);
  return place;
}

bool LooksLikeFrameworkFile(std::string_view file) {
  for (const std::string_view directory : {"gtest/", "gmock/", "googletest-src/"}) {
    const std::size_t at = file.find(directory);
    if (at == 0 || (at != kNone && file[at - 1] == '/')) return true;
  }
  const std::string_view name = file.substr(file.rfind('/') + 1);
  return (name.starts_with("gtest") || name.starts_with("gmock")) && name.find("_test") == kNone &&
         name.find("unittest") == kNone;
}

bool IsInTestingNamespace(std::string_view function) {
  const auto at = function.find("testing::");
  if (at == 0 || at == kNone) return at == 0;
  // A return type may come first, and a template argument may hold the word.
  return ShortFunctionName(function).starts_with("testing::");
}

bool CallsTests(std::string_view function) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "testing::Test::Run",
      "testing::TestInfo::Run",
      "testing::TestSuite::Run",
      "testing::TestCase::Run",
      "testing::UnitTest::Run",
      "testing::internal::UnitTestImpl::RunAllTests",
      "testing::internal::HandleExceptionsInMethodIfSupported",
      "testing::internal::HandleSehExceptionsInMethodIfSupported"};
  if (!IsInTestingNamespace(function)) return false;
  const std::string name = ShortFunctionName(function);
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return name.starts_with(known) && (name.size() == known.size() || name[known.size()] == '<');
  });
}

}  // namespace memprof
