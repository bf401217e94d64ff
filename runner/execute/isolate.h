// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_ISOLATE_H_
#define MEMPROF_RUNNER_EXECUTE_ISOLATE_H_

#include <string>

#include "runner/base/result.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// The screen with each test in a process of its own, `options.jobs` at once: for programs that
/// call RUN_ALL_TESTS twice, and for tests that spoil each other. A test that fails beside others
/// is repeated by itself before it is believed. The records are merged into one, so that everything
/// after the screen is as without it; the first crash or hang is the screen's end. The tests do not
/// write the user's `--gtest_output`, of which the last process would leave its own alone.
///
/// Errors: those of RunScreen; kProcess also when the tests cannot be listed.
Result<Screen> RunIsolatedScreen(const RunOptions& options, const std::string& directory,
                                 Progress* progress);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_ISOLATE_H_
