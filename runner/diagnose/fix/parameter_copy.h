// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_PARAMETER_COPY_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_PARAMETER_COPY_H_

#include <optional>
#include <string>

#include "runner/source/code_scope.h"
#include "runner/source/source_edit.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A parameter that is taken by value, and copied at each call.
struct ParameterCopy {
  const SourceFile* file = nullptr;
  FunctionCode function;
  std::string name;
  std::string type;     ///< "std::string"
  CodeRange whole;      ///< of the parameter
  std::string why_not;  ///< a const reference would not do the same, as a clause; or empty
};

/// The first such parameter, of a string or a container, of a function that line `line` calls.
std::optional<ParameterCopy> ParameterCopiedAt(const Sources& sources, const SourceFile& file,
                                               int line);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_PARAMETER_COPY_H_
