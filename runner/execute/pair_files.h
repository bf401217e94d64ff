// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_

#include <string>

#include "runner/base/result.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Reads the pair tables that the options name, and writes them into `directory` as one, in the
/// form that the plugin reads; says in the options where. Of a function that several have, the
/// first table's line counts. Nothing to do without tables. Errors: kUsage, with file and line.
Result<bool> PreparePairs(const std::string& directory, RunOptions* options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_
