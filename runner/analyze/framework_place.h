// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_FRAMEWORK_PLACE_H_
#define MEMPROF_RUNNER_ANALYZE_FRAMEWORK_PLACE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/frame.h"

namespace memprof {

/// Where the code of GoogleTest and GoogleMock lies in one test program. It exists because they lie
/// anywhere: in the system's directories, below the user's own source root as FetchContent puts
/// them, in one file of a vendored copy; and because names do not tell, for projects put tests of
/// their own into the namespace `testing`.
struct FrameworkPlace {
  std::vector<std::string> directories;  ///< "…/googletest/src", "/usr/include/gtest"
  std::vector<std::string> files;        ///< where they share a directory with other code
  std::vector<std::string> modules;      ///< libgtest.so, where it is a library of its own
  /// Whether all tests seen lie in GoogleTest's own tree: then it is GoogleTest that is tested.
  bool tests_itself = false;

  bool operator==(const FrameworkPlace&) const = default;

  bool HasFile(std::string_view file) const;
  bool HasModule(std::string_view module) const;
};

/// Learns the place from stacks of a run, the more the better: sources from the frames that call
/// the tests' bodies (`testing::Test::Run` and what calls it), headers from the directories `gtest`
/// and `gmock` (part of every include line) that functions of `testing::` were compiled from.
/// A directory that also holds other functions is not GoogleTest's; there only the files are. Empty
/// when no stack tells, as where GoogleTest has no debug information.
FrameworkPlace LearnFramework(std::span<const Stack> stacks);

/// Whether a file is named as GoogleTest's and GoogleMock's are, in trees as packages, FetchContent
/// and vendored copies have them. A heuristic, for where no stack tells the place: names of tests
/// of GoogleTest itself ("gtest_unittest.cc") are none.
bool LooksLikeFrameworkFile(std::string_view file);

/// Whether a function is in the namespace `testing`. `function` is demangled, short or not.
bool IsInTestingNamespace(std::string_view function);

/// Whether a function is what calls tests: `testing::Test::Run`, and what calls that within
/// GoogleTest. What lies outside of it in a stack allocates nothing for a test.
bool CallsTests(std::string_view function);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_FRAMEWORK_PLACE_H_
