// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CLASS_HOLDERS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CLASS_HOLDERS_H_

#include "runner/scan/collect/unit_index.h"
#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Which variables and members hold objects of the code's classes, what they are given, and which
/// function calls which: so that a rule can tell how long an object lives and how often code runs.
void CollectClassHolders(const UnitIndex& index, ContainerFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CLASS_HOLDERS_H_
