// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_CLOSURE_CODE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_CLOSURE_CODE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// One capture of a closure: "image = image_" or "settings".
struct Capture {
  std::string name;
  std::string value;  ///< the name itself where none is written
  bool by_reference = false;
  std::size_t first = 0;  ///< tokens
  std::size_t last = 0;
};

struct ClosureCode {
  const SourceFile* file = nullptr;
  std::size_t open = 0;  ///< token of its `[`
  std::vector<Capture> captures;
  CodeRange body;
  CodeRange whole;
  std::optional<FunctionCode> function;  ///< around it
  std::string held_capture;  ///< that the finding's memory hangs on; empty when it is the closure's
};

/// The closure on the finding's retention path ("closure at viewer.cc:43"). Nothing where its line
/// has none or several, or it captures everything it uses (`[=]`, `[&]`).
std::optional<ClosureCode> ClosureOf(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_CLOSURE_CODE_H_
