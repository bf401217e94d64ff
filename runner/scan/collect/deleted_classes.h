// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_DELETED_CLASSES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_DELETED_CLASSES_H_

#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// Adds the classes of a unit, and which objects are deleted through a base of theirs.
void CollectDeletedClasses(const SyntaxUnit& unit, ResourceFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_DELETED_CLASSES_H_
