// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SCREEN_FIGURES_H_
#define MEMPROF_RUNNER_EXECUTE_SCREEN_FIGURES_H_

#include <string>

#include "runner/base/result.h"
#include "runner/report/ctest_output.h"
#include "runner/report/report.h"

namespace memprof {

// What the screen leaves for CTest's measurements of each test: of 10,000 tests each starts a
// memprof of its own, and none may read what all of them have. The lines are all of one width and
// sorted, so that one is found by halving:
//
//     <FileKey of the full name> <kept bytes> <peak bytes> <allocations>     "-": not measured

/// Writes the figures of the last iteration of each test. Errors: those of WriteFile().
Result<std::string> LeaveFigures(const Report& report, const std::string& directory);

/// Those of one test; none where the screen left none of it.
TestFigures FiguresOfScreen(const std::string& directory, const std::string& test);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SCREEN_FIGURES_H_
