// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_STATEMENT_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_STATEMENT_H_

#include <optional>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"
#include "runner/source/variable_uses.h"

namespace memprof {

/// A statement that does nothing but release a variable: `delete p;`, `if (f) fclose(f);`.
struct ReleaseStatement {
  CodeRange call;   ///< `delete p;`
  CodeRange whole;  ///< with an `if` around it that tests the variable alone
  /// An owner on the stack would release it at the same point: its scope ends behind, or the
  /// function returns without calling anything.
  bool is_last = false;
  bool stands_alone = true;  ///< `whole` may go without a trace: it is no branch of another
};

/// The one that `use` is in; nothing where the release is part of more.
std::optional<ReleaseStatement> ReleaseStatementOf(const SourceFile& file,
                                                   const FunctionCode& function,
                                                   const Declaration& variable,
                                                   const VariableUse& use);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_STATEMENT_H_
