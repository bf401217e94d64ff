// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_MISSING_RESERVE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_MISSING_RESERVE_H_

#include <vector>

#include "runner/diagnose/waste/waste_place.h"

namespace memprof {

/// Lines that grow a container or a buffer step by step, where its last size could have been asked
/// for at once.
///
/// Of C's realloc the trace knows the sizes of the blocks that were given up. A container's growth
/// is told by its sizes: who grows from nothing has been of each size before the last, so as many
/// blocks as have the next size were given up for it, as long as no larger size is more frequent
/// than the smaller ones. Containers that were copied or reserved before they grew have fewer small
/// blocks, and get less of a claim than they deserve. Where a call may add any number of elements,
/// sizes prove growth only when they are many.
std::vector<WasteClaim> ClaimMissingReserves(const std::vector<WastePlace>& places);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_MISSING_RESERVE_H_
