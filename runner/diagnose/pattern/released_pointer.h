// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASED_POINTER_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASED_POINTER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// `owner.release()` of a local std::unique_ptr, after which nothing owns what it held.
struct ReleasedPointer {
  const SourceFile* file = nullptr;
  FunctionCode function;
  Declaration owner;
  Statement statement;      ///< that has the call
  std::size_t call = 0;     ///< the token `release`
  std::string kept_in;      ///< the raw local that gets it, which nothing deletes; else empty
  bool is_dropped = false;  ///< its result is used for nothing
  std::string passed_to;    ///< the function that gets it; else empty
};

/// In the functions on the finding's stack. The result points into `sources`.
std::optional<ReleasedPointer> FindReleasedPointer(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASED_POINTER_H_
