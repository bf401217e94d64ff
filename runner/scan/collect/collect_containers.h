// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CONTAINERS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CONTAINERS_H_

#include "runner/scan/facts/container_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// The facts of one unit.
ContainerFacts CollectContainers(const SyntaxUnit& unit);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CONTAINERS_H_
