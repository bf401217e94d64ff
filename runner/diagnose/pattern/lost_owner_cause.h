// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_LOST_OWNER_CAUSE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_LOST_OWNER_CAUSE_H_

#include <optional>
#include <string>

#include "runner/diagnose/pattern/raw_owner.h"
#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// How memory came to have no owner.
struct LostOwnerCause {
  /// "early return", "exception path", "never released", "missing virtual destructor", "released
  /// from its unique_ptr", "C string duplicated", "container of raw pointers" or "overwritten
  /// pointer".
  std::string sub_cause;
  std::string clause;  ///< with its lines: "returns at line 24 before the `delete` at line 28"
  Confidence confidence = Confidence::kMedium;
};

/// The raw local that owned what was lost, of the finding's line, or of its caller where a function
/// returned it. `file` points into the sources.
struct FoundOwner {
  const SourceFile* file = nullptr;
  RawOwner owner;
};
std::optional<FoundOwner> FindRawOwner(const Finding& finding, const Sources& sources);

/// What the source around a loss tells of it; nothing rather than a guess. A heuristic: it reads
/// one file at a time, and no macros.
std::optional<LostOwnerCause> FindLostOwnerCause(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_LOST_OWNER_CAUSE_H_
