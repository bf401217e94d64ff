// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_UNIFIED_DIFF_H_
#define MEMPROF_RUNNER_SOURCE_UNIFIED_DIFF_H_

#include <string>
#include <string_view>

namespace memprof {

/// The unified diff of two texts of one file, empty when they are equal. Lines without a newline at
/// the end of a text are told as `diff -u` tells them. Where the texts have more than a thousand
/// lines that differ, all between the first and the last of them is one change.
std::string UnifiedDiff(const std::string& path, std::string_view before, std::string_view after);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_UNIFIED_DIFF_H_
