// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_REFERENCE_CYCLE_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_REFERENCE_CYCLE_RISKS_H_

#include <vector>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Objects that keep each other alive. Types that could do so are no risk by themselves (a tree's
/// node has nodes): code must close the cycle, or two members must say by their names that they
/// point both ways. Where a member of the cycle is reset outside of a destructor, nothing is said.
std::vector<StaticRisk> ReferenceCycleRisks(const OwnershipFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_REFERENCE_CYCLE_RISKS_H_
