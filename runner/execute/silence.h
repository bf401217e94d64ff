// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SILENCE_H_
#define MEMPROF_RUNNER_EXECUTE_SILENCE_H_

#include <string>

#include "runner/base/result.h"
#include "runner/execute/process.h"
#include "runner/plan/plugin_choice.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Why no test of the binary was seen, linked or preloaded. Where it ended normally it is asked for
/// its tests, which tells a program that is no GoogleTest one from one that ran none, and from one
/// that ran them and told us nothing. `directory` holds what it printed.
Error ExplainSilence(const RunOptions& options, const BinaryFacts& facts, const ProcessEnd& end,
                     const std::string& directory);

/// Whether the output is that of a GoogleTest which aborted because RUN_ALL_TESTS was called again
/// while it streams.
bool SaysSecondRun(const std::string& output_path);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SILENCE_H_
