// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PROGRAM_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_PROGRAM_FINDINGS_H_

#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// What is known of a program that ran once, without tests.
struct SingleRun {
  TracedOwner owner;  ///< the program: one value in each of its series
  std::vector<std::string> unnamed_modules;
  std::int64_t untracked_blocks = 0;
  /// It came to its end, so that what it still has it never gave back. Else it ran on, or was
  /// killed at its work.
  bool ended = false;
  WasteEvidence waste;  ///< of all that it allocated; without sites nothing is wasted
};

/// Findings on such a program, each with the command that shows it again. Lost memory is a WARNING,
/// for one run does not show that it recurs. So is reachable memory of `one_time_bytes` or more
/// that a line still held when the program ended, but for what only local variables hold: `exit`
/// leaves them be. Growth needs runs, and is never found here.
Diagnosis DiagnoseProgram(const SingleRun& program, const DiagnoseContext& context,
                          const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PROGRAM_FINDINGS_H_
