// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CAPTURES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CAPTURES_H_

#include <cstdint>

#include "runner/scan/collect/collect_steps.h"
#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// What the lambdas of a function have copies of, and how much of it they use; and how much the
/// function uses of its own parameters.
void CollectCaptures(const SyntaxUnit& unit, std::uint32_t function, const CollectedSteps& steps,
                     OwnershipFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_COLLECT_CAPTURES_H_
