// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_INTRUSIVE_LIST_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_INTRUSIVE_LIST_RISKS_H_

#include <vector>

#include "runner/scan/facts/container_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Static lists of nodes that are linked and never unlinked.
std::vector<StaticRisk> IntrusiveListRisks(const ContainerFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_INTRUSIVE_LIST_RISKS_H_
