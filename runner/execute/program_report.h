// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROGRAM_REPORT_H_
#define MEMPROF_RUNNER_EXECUTE_PROGRAM_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// A program that was measured as a whole, and what is known of it beside its record.
struct MeasuredProgram {
  RecordFile record;
  std::string record_path;  ///< heap snapshots lie beside it
  std::int64_t pid = 0;
  std::string end;  ///< ProcessEnd::Text(), or "is running"
  std::int64_t wall_ns = 0;
  std::optional<std::int64_t> paused_ns;
};

/// The report of one process, with its profile: what it held, with types and retention paths, what
/// it allocated, and findings as far as `options.waste` and the thresholds ask for them. Reads the
/// files that the process ran, and its sources. `options.command` is the program as the user named
/// it. Summarized, but without policy.
Report ReportOfProgram(const MeasuredProgram& program, const RunOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROGRAM_REPORT_H_
