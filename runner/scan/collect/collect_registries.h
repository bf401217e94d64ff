// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_REGISTRIES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_REGISTRIES_H_

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Containers of callables and observers, what is done with them, who subscribes, and which
/// objects live long.
void CollectRegistries(const SyntaxUnit& unit, OwnershipFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_REGISTRIES_H_
