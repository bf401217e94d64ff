// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_DHAT_RUN_H_
#define MEMPROF_RUNNER_EXECUTE_DHAT_RUN_H_

#include <string>

#include "runner/diagnose/waste/waste_findings.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Runs the test alone under DHAT, once for each mode that is needed, and fills in `evidence->dhat`
/// and `evidence->copies`; what is the test's own in them is marked.
void RunDhat(const RunOptions& options, const std::string& directory, double native_seconds,
             const DhatNeeded& needed, WasteEvidence* evidence);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_DHAT_RUN_H_
