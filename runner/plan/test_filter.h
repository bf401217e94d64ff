// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_TEST_FILTER_H_
#define MEMPROF_RUNNER_PLAN_TEST_FILTER_H_

#include <string>
#include <vector>

namespace memprof {

/// The value of --gtest_filter that selects the tests of these full names. GoogleTest can quote
/// nothing, so what means something in a filter (`:`, `-`, `*`, `?`; names of type-parametrised and
/// registered tests may hold them), or would end a line of a flag file, is left to `?`: it matches
/// the one character, and rarely a test that is not meant.
std::string FilterFor(const std::vector<std::string>& names);

/// A filter that is longer goes by a flag file: an argument may have 128 KiB in all.
inline constexpr std::size_t kLongestFilterArgument = 64 * 1024;

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_TEST_FILTER_H_
