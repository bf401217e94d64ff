// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_
#define MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_

#include <span>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Adds one WARNING for each variable that heap snapshots find holding what three tests or more put
/// in, `one_time_bytes` or more together, of which none was ever freed: repeated tests that use the
/// same keys hide that it grows. `findings` must be those of all `suspects`: a holder that is
/// convicted of growth already is left out, and what single tests kept once in it is told here
/// alone.
///
/// "Never freed" is told by the number of live blocks of a call, which must not fall in any run: a
/// heuristic, for an entry that takes the place of another of the same call looks the same.
void AddWhatNeverEvicts(std::span<const TestEvidence> suspects, const DiagnoseContext& context,
                        const Thresholds& thresholds, std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_
