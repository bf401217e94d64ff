// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_PATH_WALK_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_PATH_WALK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/facts/resource_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// A resource to follow through its function.
struct Tracked {
  std::uint32_t call = 0;         ///< that acquires it
  std::string_view variable;      ///< id of the local variable that has it then
  int element = -1;               ///< of it, where it is an array
  std::uint32_t declaration = 0;  ///< of the variable
  bool succeeds_with_zero = false;
  std::string_view result;  ///< id of a variable that has what the call returned
  std::vector<std::string> releases;
};

/// What walking all paths of a function told.
struct Walked {
  std::vector<WayOut> ways_out;  ///< on which the variable still has the resource
  bool returns = false;
  bool endless = false;  ///< some path comes into a loop that has no end
  bool gave_up = false;  ///< too many paths; `ways_out` is empty then
};

/// Walks the paths of the function at `function` (any with a body, or a lambda): each loop once or
/// not at all, both sides of each condition unless the path has passed the same one before. What
/// `tracked` is null for, nothing is acquired.
///
///     fd = open(…)   held ──┬─ if (fd < 0) ─► none: an acquisition that failed
///                           ├─ close(fd), return fd, member = fd … ─► done
///                           ├─ Use(fd) ─► held, and handed to Use
///                           └─ return ─► a way out
///
/// It is a heuristic: no values are computed, exceptions come from `throw` alone, and a path that
/// takes a `goto` is not followed.
Walked WalkPaths(const SyntaxUnit& unit, const AcquireTable& table, std::uint32_t function,
                 const Tracked* tracked);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_PATH_WALK_H_
