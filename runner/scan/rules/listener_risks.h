// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_LISTENER_RISKS_H_
#define MEMPROF_RUNNER_SCAN_RULES_LISTENER_RISKS_H_

#include <vector>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Registries of callables or observers that live long, where nothing is ever taken out of them;
/// and objects that subscribe themselves to one that could forget them, and never ask it to.
std::vector<StaticRisk> ListenerRisks(const OwnershipFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_LISTENER_RISKS_H_
