// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_WEAKEN_CAPTURE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_WEAKEN_CAPTURE_H_

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Of a closure that is held by what it captures: capture a std::weak_ptr, and lock it in the body.
/// `finding.weaken` names the capture.
Fix WeakenCapture(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_WEAKEN_CAPTURE_H_
