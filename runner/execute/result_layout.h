// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RESULT_LAYOUT_H_
#define MEMPROF_RUNNER_EXECUTE_RESULT_LAYOUT_H_

#include <string>

namespace memprof {

// Where things lie below a run's output directory.

/// Records and the tools' logs.
std::string WorkDirectory(const std::string& directory);

/// What the screen leaves of a suspect for its own CTest test.
std::string SuspectPath(const std::string& directory, const std::string& test);

/// Why memory was not measured in any test; absent when it was.
std::string NotMeasuredPath(const std::string& directory);

/// What each test keeps and uses, for CTest's measurements.
std::string FiguresPath(const std::string& directory);

/// Findings of the screen itself on one test, as a report.
std::string ScreenFindingsPath(const std::string& directory, const std::string& test);

/// What a test declares to keep, as a report of that test alone; absent when it declares nothing.
std::string KeepsPath(const std::string& directory, const std::string& test);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RESULT_LAYOUT_H_
