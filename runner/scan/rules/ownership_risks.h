// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_OWNERSHIP_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_OWNERSHIP_RISKS_H_

#include <vector>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// The risks that the facts of all units together show.
std::vector<StaticRisk> OwnershipRisks(const OwnershipFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_OWNERSHIP_RISKS_H_
