// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGED_GAPS_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGED_GAPS_H_

#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What the parts could not measure, each gap once. A gap of a whole run stays one where all parts
/// that have tests have it, or where `names` is empty: the parts are of one run. Else it says in
/// which part it is, by `names`, and where the heap was not counted it is told of that part's
/// tests, for the others' are measured.
std::vector<NotMeasured> GapsOf(std::span<const Report> parts,
                                const std::vector<std::string>& names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGED_GAPS_H_
