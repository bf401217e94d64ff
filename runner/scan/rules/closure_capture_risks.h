// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_CLOSURE_CAPTURE_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_CLOSURE_CAPTURE_RISKS_H_

#include <vector>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Large objects that a stored callable has a copy of, and of which it needs a part only.
std::vector<StaticRisk> ClosureCaptureRisks(const OwnershipFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_CLOSURE_CAPTURE_RISKS_H_
