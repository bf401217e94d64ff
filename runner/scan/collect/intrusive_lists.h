// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_INTRUSIVE_LISTS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_INTRUSIVE_LISTS_H_

#include "runner/scan/collect/unit_index.h"
#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Lists of nodes that hold each other, with a static head: where they are linked, and whether any
/// code writes the head in another way.
void CollectIntrusiveLists(const UnitIndex& index, ContainerFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_INTRUSIVE_LISTS_H_
