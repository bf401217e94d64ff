// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_SCAN_FACTS_H_
#define MEMPROF_RUNNER_SCAN_SCAN_FACTS_H_

#include <vector>

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/container_facts.h"
#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/static_risk.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

// unit (libclang) ─► SyntaxUnit ─► ScanFacts of the unit ─► ScanFacts of all ─► StaticRisks
//
// A container that grows in one file and is trimmed in another is fine: so nothing is judged before
// all units have been read.

/// What is known of the code; of one unit or of all together.
struct ScanFacts {
  ContainerFacts containers;
  OwnershipFacts ownership;
  ResourceFacts resources;
};

/// `acquires`: the C functions that acquire and release.
ScanFacts CollectFacts(const SyntaxUnit& unit, const AcquireTable& acquires = KnownAcquires());
void Merge(ScanFacts facts, ScanFacts* all);

/// All risks, by file and line. Each place has one risk of a pattern.
std::vector<StaticRisk> FindRisks(const ScanFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_SCAN_FACTS_H_
