// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRACE_READER_H_
#define MEMPROF_RUNNER_EXECUTE_TRACE_READER_H_

#include <string>
#include <vector>

#include "runner/analyze/traced_owner.h"
#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"
#include "runner/report/profile.h"

namespace memprof {

/// BuildTracedOwners with the stacks' names from the files that the process ran, which are read
/// here, and with GoogleTest's own code told by where it lies in this program; and why the blocks
/// are still there, from the heap snapshots that lie beside the record at `record_path`. `record`
/// must have a trace. `unnamed_modules` gets TraceSymbols' gaps; `profile` what the process
/// allocated, unless it is null.
std::vector<TracedOwner> ReadTracedOwners(const RecordFile& record, const std::string& record_path,
                                          const RunOptions& options, const std::string& source_root,
                                          std::vector<std::string>* unnamed_modules,
                                          Profile* profile);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRACE_READER_H_
