// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_GROWING_CONTAINER_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_GROWING_CONTAINER_RISKS_H_

#include <vector>

#include "runner/scan/facts/container_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Unbounded collections, caches without eviction, accumulated buffers and registries that are only
/// added to: each variable has one of these, the most telling one.
std::vector<StaticRisk> GrowingContainerRisks(const ContainerFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_GROWING_CONTAINER_RISKS_H_
