// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SYSTEMIC_PATTERNS_H_
#define MEMPROF_RUNNER_DIAGNOSE_SYSTEMIC_PATTERNS_H_

#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What findings have in common beyond one call: a function that they go through (the innermost of
/// the program's own, or its caller), what holds the memory, the pattern. It exists because one
/// mend at such a place is worth several, and because the fiftieth finding of a kind is a habit
/// rather than a slip.
///
/// A group has two findings at least, or one that three tests show. Leaks and waste are grouped
/// apart, and of groups with the same findings the one by function is kept, then that by holder.
/// Most tests first.
std::vector<SystemicPattern> SystemicPatterns(const std::vector<Finding>& findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SYSTEMIC_PATTERNS_H_
