// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGED_PROGRAMS_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGED_PROGRAMS_H_

#include <span>
#include <string>
#include <vector>

#include "runner/diagnose/same_program.h"
#include "runner/report/report.h"

namespace memprof {

/// What the parts of a program know of it together; their findings must be at hand, for what was
/// told and is not among them was suppressed, and is left out here too.
ProgramEvidence EvidenceOf(const ReportedProgram& program, std::span<const Report> parts);

/// Judges what depends on all tests of a program by all of them: whether peaks are spikes, whether
/// a holder evicts nothing, and in which tests waste is noticed. `findings` are those of the
/// program's parts, grouped; `tests` its tests.
void JudgeTogether(const std::vector<TestReport>& tests, ProgramEvidence* program,
                   std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGED_PROGRAMS_H_
