// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TEST_LIST_H_
#define MEMPROF_RUNNER_EXECUTE_TEST_LIST_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/parse/gtest_json.h"
#include "runner/plan/rerun_plan.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Has the binary list its tests: those of the user's filter and of `shards`, in their order. Costs
/// a start of the program. Errors: kProcess when it ends otherwise than with 0 or writes no list,
/// for it may be no GoogleTest program; kDamaged.
Result<std::vector<GtestCase>> ListTests(const RunOptions& options, const std::string& directory,
                                         Shards shards = Shards::kOurs);

/// The same without disabled tests, unless the user's flag or variable runs those too.
Result<std::vector<RecordedTest>> ListPlannedTests(const RunOptions& options,
                                                   const std::string& directory,
                                                   Shards shards = Shards::kOurs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TEST_LIST_H_
