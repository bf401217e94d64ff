// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_ACQUIRED_HANDLE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_ACQUIRED_HANDLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"
#include "runner/source/variable_uses.h"

namespace memprof {

/// A function that gives a handle, and the one that takes it back.
struct HandlePair {
  std::string_view opens;
  std::string_view closes;
  std::string_view type;    ///< "int", "FILE*" …
  std::string_view header;  ///< that declares `closes`
};

/// Nothing for functions that give none.
const HandlePair* FindHandlePair(std::string_view opens);

/// A handle that a line opens into a local variable.
struct AcquiredHandle {
  HandlePair pair;
  FunctionCode function;
  Declaration variable;
  Statement statement;     ///< the declaration
  std::size_t call = 0;    ///< the token that opens
  bool is_global = false;  ///< written as `::open`
  std::vector<VariableUse> uses;
};

/// Of the statement at `line`; nothing where the handle goes elsewhere than into one local.
std::optional<AcquiredHandle> AcquiredHandleAt(const SourceFile& file, int line);

/// The token on the line that opens a handle; the number of tokens where none does.
std::size_t OpeningCallAt(const SourceFile& file, int line);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_ACQUIRED_HANDLE_H_
