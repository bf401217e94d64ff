// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_EVICTION_HAZARDS_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_EVICTION_HAZARDS_H_

#include <string>

#include "runner/diagnose/fix/insertion_site.h"

namespace memprof {

/// Why taking entries out at the insertion, before or behind it, would change more than the growth,
/// or not compile: a clause. Empty where the source text shows no such reason. A heuristic: it sees
/// the one file.
std::string EvictionHazard(const InsertionSite& site, bool before, bool keeps_new);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_EVICTION_HAZARDS_H_
