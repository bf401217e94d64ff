// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_ACQUISITIONS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_ACQUISITIONS_H_

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Adds every acquisition of a unit that a local variable, a member or nothing has.
void CollectAcquisitions(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts);

/// "app::Load", the named function around; empty where there is none.
std::string FunctionNameOf(const SyntaxUnit& unit, std::uint32_t index);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_ACQUISITIONS_H_
