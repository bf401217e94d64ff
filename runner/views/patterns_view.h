// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_PATTERNS_VIEW_H_
#define MEMPROF_RUNNER_VIEWS_PATTERNS_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"
#include "runner/report/report.h"
#include "runner/views/profile_choice.h"

namespace memprof {

/// A function within the calls of another.
struct PatternCall {
  std::string function;  ///< as CallName() has it
  ProfileFigures total;  ///< of it and of all that it calls here
  /// What it allocates itself, or by library code that is not shown.
  ProfileFigures self;
  std::vector<PatternCall> calls;  ///< most allocated bytes first
};

/// One function by its full name in one file.
struct PatternOverload {
  std::string function;
  std::string file;      ///< empty when unknown
  ProfileFigures total;  ///< of it and of all that it calls
};

/// How a function, and what it calls, allocates: of the calls that are told one by one.
struct PatternsView {
  std::string function;                    ///< as asked for, or as its only name is
  std::string processes;                   ///< whose figures they are
  std::vector<PatternOverload> overloads;  ///< most allocated bytes first
  ProfileFigures total;                    ///< each allocation once
  std::uint64_t all_bytes = 0;             ///< allocated by the processes
  std::uint64_t not_told_calls = 0;        ///< of the processes: some may be the function's
  /// Of all of them. Unset where the report is of a version that does not tell.
  std::optional<BlockShape> shape;
  PatternCall tree;  ///< its root is the function
  std::vector<std::string> notes;
  std::vector<NotMeasured> not_measured;

  /// Freed, but not at once.
  std::uint64_t FreedLater() const {
    const std::uint64_t others = total.temporaries + total.kept_blocks;
    return total.allocations > others ? total.allocations - others : 0;
  }
};

/// `request`: the selector, and `all`: library code is shown within the tree. Errors: kUsage, where
/// the selector names no function, or several that are no overloads of one.
Result<PatternsView> BuildPatterns(const Report& report, const ProfileChoice& choice,
                                   const ViewRequest& request);

std::string PatternsText(const Report& report, const PatternsView& view,
                         const ViewRequest& request);
std::string PatternsJson(const Report& report, const PatternsView& view,
                         const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_PATTERNS_VIEW_H_
