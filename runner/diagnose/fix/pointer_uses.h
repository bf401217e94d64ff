// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_POINTER_USES_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_POINTER_USES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What a function does with a pointer in a local variable or parameter, as far as text tells.
struct PointerUses {
  bool is_returned = false;
  std::vector<std::size_t> releases;  ///< tokens of it in calls of `release`
  /// A clause for the first use that may give it another owner, or that is not understood:
  /// "`plot` is stored"; empty when there is none.
  std::string escapes;
};

/// Uses of `name` in `body` behind `from` (a token). Functions that get it as an argument are
/// looked into where the sources have them; those of its own library (the same first word as
/// `create`) are trusted not to keep it, unless their name says so; others count as escapes.
PointerUses UsesOfPointer(const SourceFile& file, CodeRange body, std::size_t from,
                          std::string_view name, std::string_view create, std::string_view release,
                          const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_POINTER_USES_H_
