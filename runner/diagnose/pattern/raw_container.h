// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_CONTAINER_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_CONTAINER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A container of raw pointers that gets what is allocated, and that nothing deletes.
struct RawContainer {
  const SourceFile* file = nullptr;
  FunctionCode function;  ///< that adds to it
  Declaration container;
  bool is_member = false;
  std::string element;  ///< "Shape" of `std::vector<Shape*>`
  int added_line = 0;
  std::size_t allocated = 0;  ///< the token `new` where it is the argument itself; else 0
};

/// Of the finding's line. The result points into `sources`.
std::optional<RawContainer> FindRawContainer(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_CONTAINER_H_
