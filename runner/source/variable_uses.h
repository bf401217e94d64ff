// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_VARIABLE_USES_H_
#define MEMPROF_RUNNER_SOURCE_VARIABLE_USES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// One mention of a local variable that is a pointer or a handle.
struct VariableUse {
  enum class Kind {
    kAccess,    ///< p->x, *p, p[i]
    kTest,      ///< compared, negated, or a condition
    kRelease,   ///< given to `delete`, or alone to a function that frees or closes
    kPassed,    ///< an argument of any other call, or streamed
    kReturned,  ///< itself, not what it points to
    kAssigned,  ///< gets another value
    kStored,    ///< copied into another variable, a member or a container
    kCaptured,  ///< by a closure, or used within one
    kAddress,   ///< &p
    kOther,     ///< arithmetic, casts and what else there is
  };
  Kind kind = Kind::kOther;
  std::size_t token = 0;
  int line = 0;
  std::string callee;  ///< of kRelease ("delete", "delete[]", "close"), kPassed and kStored
};

/// Each mention of the local `name` in the function behind its declaration, in their order.
/// `releases`: functions that free or close their first argument, besides `delete`. A heuristic:
/// that a call by another name keeps or frees its argument is not known.
std::vector<VariableUse> UsesOfVariable(const SourceFile& file, const FunctionCode& function,
                                        const Declaration& variable,
                                        const std::vector<std::string_view>& releases);

/// The range between the innermost braces around the token.
CodeRange BlockAround(const SourceFile& file, std::size_t token);

/// Whether a function's name tells that it may keep or free what it is given: "AddShape", "reset".
bool SoundsLikeOwning(std::string_view function);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_VARIABLE_USES_H_
