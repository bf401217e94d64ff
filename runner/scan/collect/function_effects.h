// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_FUNCTION_EFFECTS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_FUNCTION_EFFECTS_H_

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Adds what the functions of a unit do with their arguments, which functions it declares, and
/// what happens to members that may have a resource.
void CollectEffects(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_FUNCTION_EFFECTS_H_
