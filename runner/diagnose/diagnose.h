// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_DIAGNOSE_H_
#define MEMPROF_RUNNER_DIAGNOSE_DIAGNOSE_H_

#include <span>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/parse/record_file.h"
#include "runner/report/report.h"

namespace memprof {

/// Findings and gaps, before findings of several tests are brought together.
struct Diagnosis {
  std::vector<Finding> findings;
  std::vector<NotMeasured> not_measured;
};

/// Turns the evidence on one suspect into findings: lost memory, growth of memory, descriptors,
/// threads and mappings, memory kept once. What the suite or the program does outside of its tests
/// becomes a finding of the suite or the program (`tests` empty, `scope_label` set): by the trace
/// what `measured.scope` says, else by windows and stacks. Findings say what holds the memory where
/// heap snapshots tell.
Diagnosis DiagnoseSuspect(const TestEvidence& measured, const DiagnoseContext& of_run,
                          const Thresholds& thresholds);

/// Findings that the screen alone gives: tests over their budgets, and spikes. `evidence` of
/// triage, where there is any, tells what a test keeps once it is warm.
std::vector<Finding> DiagnoseScreen(const RecordFile& screen, const DiagnoseContext& context,
                                    const Thresholds& thresholds,
                                    std::span<const TestEvidence> evidence = {});

/// The peaks that would be spikes beside tests that need nothing: whether they are hangs on all
/// tests of the program, and this may be a shard of them.
std::vector<HighPeak> HighPeaks(const RecordFile& screen, const DiagnoseContext& context,
                                const Thresholds& thresholds);

/// Brings findings with the same fingerprint together, as one finding with several tests, gives
/// ordinals to the lines of one function and to the holders that one line feeds, and sorts: worst
/// first.
std::vector<Finding> GroupFindings(std::vector<Finding> findings);

/// Both for memory that grows. LeakSanitizer alone for memory that was kept once and is large, for
/// memory that rose in the last half of the runs although too seldom to be called growth (it may be
/// lost every few runs), for a test that cannot be repeated, and for what a suite or the program
/// keeps outside of its tests, and for what the leak check of all tests together named. Valgrind's
/// list of descriptors where some grow that no hook saw.
ToolsNeeded ToolsFor(const TestEvidence& evidence, const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_DIAGNOSE_H_
