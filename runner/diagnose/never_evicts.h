// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_
#define MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// The variables that heap snapshots find holding what `suspects` put in, of which none was ever
/// freed. "Never freed" is told by the number of live blocks of a call, which must not fall in any
/// run: a heuristic, for an entry that takes the place of another of the same call looks the same.
std::vector<FedHolder> HoldersFedBy(std::span<const TestEvidence> suspects,
                                    const DiagnoseContext& context);

/// Adds one WARNING for each holder that three tests or more feed, `one_time_bytes` or more
/// together: repeated tests that use the same keys hide that it grows. `holders` must be those of
/// all tests of a program, and `findings` what was found in them: a holder that is convicted of
/// growth already is left out, and what single tests kept once in it is told here alone. Sets
/// `is_told`.
void AddWhatNeverEvicts(std::int64_t one_time_bytes, std::vector<FedHolder>* holders,
                        std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_NEVER_EVICTS_H_
