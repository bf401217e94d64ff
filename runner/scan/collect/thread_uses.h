// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_THREAD_USES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_THREAD_USES_H_

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Adds the threads that a unit starts, detaches, and keeps in containers.
void CollectThreads(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_THREAD_USES_H_
