// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_REBUILT_TEXTS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_REBUILT_TEXTS_H_

#include "runner/scan/collect/unit_index.h"
#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// Strings that are built anew in each turn of a loop: `text = text + row`, `text.insert(0, row)`.
/// Of few turns, or of a string of that turn alone, nothing is told.
void CollectRebuiltTexts(const UnitIndex& index, ContainerFacts* facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_REBUILT_TEXTS_H_
