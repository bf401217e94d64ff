// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROGRAM_EVIDENCE_H_
#define MEMPROF_RUNNER_EXECUTE_PROGRAM_EVIDENCE_H_

#include <string>

#include "runner/diagnose/evidence.h"
#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// What the screen tells of the whole program, for the day that this run is merged with its other
/// shards.
ProgramEvidence EvidenceOfScreen(const RecordFile& record, const RunOptions& options,
                                 const DiagnoseContext& context);

/// Reads the sources for the findings that `report->programs` has, as AdviseFromDisk() does for the
/// report's own: where the shards are merged the sources need not be there.
void AdviseProgramsFromDisk(const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROGRAM_EVIDENCE_H_
