// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_RESOURCES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_RESOURCES_H_

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// The facts of one unit, by the pairs that memprof knows.
ResourceFacts CollectResources(const SyntaxUnit& unit);

/// The same, by a table of the user's.
ResourceFacts CollectResources(const SyntaxUnit& unit, const AcquireTable& table);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_RESOURCES_H_
