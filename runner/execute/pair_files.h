// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/parse/pair_table.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// The tables of `--pairs`, each a file or "known", as one. Of a function that several have, the
/// first table's line counts. `named`: what acquires by the files, may be null. Errors: kUsage,
/// with file and line.
Result<PairTable> ReadPairTables(const std::vector<std::string>& names,
                                 std::vector<std::string>* named);

/// Reads the pair tables that the options name, and writes them into `directory` as one, in the
/// form that the plugin reads; says in the options where. Nothing to do without tables. Errors: as
/// ReadPairTables().
Result<bool> PreparePairs(const std::string& directory, RunOptions* options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PAIR_FILES_H_
