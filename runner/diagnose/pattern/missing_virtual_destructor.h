// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSING_VIRTUAL_DESTRUCTOR_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSING_VIRTUAL_DESTRUCTOR_H_

#include <optional>
#include <string>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// An object that is made as `derived` and deleted as a `base`, whose destructor is not virtual.
struct MissingVirtualDestructor {
  const SourceFile* base_file = nullptr;
  ClassCode base;
  const SourceFile* derived_file = nullptr;
  ClassCode derived;
  int made_line = 0;    ///< `new` or std::make_unique
  std::string deleted;  ///< a clause: "`std::unique_ptr<Shape>` deletes it"
};

/// In the functions on the finding's stack. The result points into `sources`.
std::optional<MissingVirtualDestructor> FindMissingVirtualDestructor(const Finding& finding,
                                                                     const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSING_VIRTUAL_DESTRUCTOR_H_
