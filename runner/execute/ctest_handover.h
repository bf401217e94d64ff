// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_CTEST_HANDOVER_H_
#define MEMPROF_RUNNER_EXECUTE_CTEST_HANDOVER_H_

#include <string>

#include "runner/base/result.h"
#include "runner/execute/triaged.h"
#include "runner/plan/run_options.h"

namespace memprof {

// What the screen hands over to the CTest tests that come after it, in files of the output
// directory: result_layout.h. Both return `directory`.

/// Makes the directories, and takes away what an earlier run left.
Result<std::string> PrepareForCTest(const std::string& directory);

/// Suspects, tests that crashed or never ran, tests with a peak: each gets its file. What a suite
/// or the program keeps is in the file of the test that stands in for it. What the screen alone
/// found of a test, and what a test declares to keep, lie beside.
Result<std::string> LeaveSuspects(const Triaged& triaged, const RunOptions& options,
                                  const std::string& directory);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_CTEST_HANDOVER_H_
