// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_TEMPORARY_ALLOCATION_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_TEMPORARY_ALLOCATION_H_

#include <vector>

#include "runner/diagnose/waste/waste_place.h"

namespace memprof {

/// Lines that allocate blocks which are freed as the next thing that their thread does, again and
/// again: as arguments, keys of a look-up, buffers within a loop. At least `rule.calls`, or a tenth
/// of that where they have a mebibyte; a single large buffer is none. What libraries allocate
/// within is left out. A rewrite borrows what is there, or keeps one block for all, which may still
/// grow.
std::vector<WasteClaim> ClaimTemporaries(const std::vector<WastePlace>& places,
                                         const WasteRule& rule);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_TEMPORARY_ALLOCATION_H_
