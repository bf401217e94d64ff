// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_MEMBER_RESOURCE_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_MEMBER_RESOURCE_RISKS_H_

#include <vector>

#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// What members have, and nothing of the program releases, moves or gives away.
std::vector<StaticRisk> MemberResourceRisks(const ResourceFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_MEMBER_RESOURCE_RISKS_H_
