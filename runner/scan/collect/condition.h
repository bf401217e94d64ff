// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CONDITION_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CONDITION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "runner/scan/collect/path_walk.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// What a condition (without !, && and ||) tells of whether `tracked` was acquired: the value that
/// it has whenever it was. Empty: nothing.
std::optional<bool> ValueIfAcquired(const SyntaxUnit& unit, const Tracked& tracked,
                                    std::uint32_t condition);

/// The same for conditions that have the same value, unless a variable in them was assigned to in
/// between; empty where a call or the like may change it.
std::string ConditionKey(const SyntaxUnit& unit, std::uint32_t condition);

/// The value of a condition that always has the same: `true`, 0, those of GoogleTest's macros …
std::optional<bool> LiteralValue(const SyntaxUnit& unit, std::uint32_t condition);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CONDITION_H_
