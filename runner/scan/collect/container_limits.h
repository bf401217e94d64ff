// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_LIMITS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_LIMITS_H_

#include <cstdint>
#include <string_view>

#include "runner/scan/collect/unit_index.h"

namespace memprof::scan {

/// Whether `call`, of size(), is compared in a condition with something other than 0 and 1. A
/// heuristic: any such condition counts as a limit on the container.
bool ComparesSize(const UnitIndex& index, std::uint32_t call);

/// Whether `call`, of empty(), is of `if (!table.empty()) return;`.
bool ReturnsWhenFilled(const UnitIndex& index, std::uint32_t call);

/// Whether `where` is within `if (table.empty())` of the variable with this id.
bool IsWithinEmptyCheck(const UnitIndex& index, std::uint32_t where, std::string_view id);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_LIMITS_H_
