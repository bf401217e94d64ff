// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_OVERSIZE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_OVERSIZE_H_

#include <cstdint>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// How many of the bytes that a call allocates a smaller capacity would spare at the least, by what
/// DHAT counted:
///
/// - Of blocks of one size up to 1,024 bytes, each byte's accesses are known: the longest run that
///   was touched in none of them, where it has 64 bytes and a quarter of the block.
/// - Of others only how much was written in all, which is the most that can have been touched; of
///   calloc's blocks what was read too. Where that is no more than a quarter, a buffer that grows
///   as it is filled, doubling, allocates no more than twice what was touched: the rest is spared.
///
/// A buffer that is cleared and then barely used counts as touched, for it is.
std::uint64_t UntouchedBytes(const DhatPoint& point);

/// One finding for each line of the user's code whose vectors, strings and arrays are far larger
/// than what is ever written to them. Needs DHAT's heap mode.
std::vector<Finding> OversizeFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_OVERSIZE_H_
