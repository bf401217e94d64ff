// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/noticed_tests.h"

#include <algorithm>
#include <cstddef>

namespace memprof {
namespace {

/// A test that has a smaller part of the suite is not noticed in it, ...
constexpr std::int64_t kPartsOfSuite = 50;
/// ... unless it is among the first.
constexpr std::size_t kAlwaysTaken = 5;

}  // namespace

std::vector<Allocating> NoticedTests(std::vector<Allocating> tests, const Allocating& suite) {
  std::stable_sort(tests.begin(), tests.end(),
                   [](const Allocating& a, const Allocating& b) { return a.bytes > b.bytes; });
  const auto first =
      tests.begin() + static_cast<std::ptrdiff_t>(std::min(kAlwaysTaken, tests.size()));
  tests.erase(std::remove_if(first, tests.end(),
                             [&](const Allocating& test) {
                               return test.bytes < suite.bytes / kPartsOfSuite &&
                                      test.calls < suite.calls / kPartsOfSuite;
                             }),
              tests.end());
  return tests;
}

}  // namespace memprof
