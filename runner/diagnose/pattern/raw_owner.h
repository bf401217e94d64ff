// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_OWNER_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_OWNER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"
#include "runner/source/variable_uses.h"

namespace memprof {

/// A raw local pointer that owns what a line allocates.
struct RawOwner {
  FunctionCode function;  ///< or closure
  Declaration variable;
  Statement acquired;          ///< the declaration, or a later assignment
  bool by_declaration = true;  ///< `acquired` declares it
  bool by_call = false;        ///< of another function of the user's, which allocates
  std::string acquirer;        ///< "new", "new[]", or the function: "malloc", "strdup"
  CodeRange value;             ///< the expression that allocates: "new Message", "(char*)malloc(9)"
  std::vector<VariableUse> uses;  ///< behind its declaration
};

/// Of the statement at `line`; nothing where what it allocates goes elsewhere.
std::optional<RawOwner> RawOwnerAt(const SourceFile& file, int line);

/// Of the pointer that a function returned which allocates by `acquirer`: `line` calls `callee`.
std::optional<RawOwner> RawOwnerOfCall(const SourceFile& file, int line, const std::string& callee,
                                       const std::string& acquirer);

/// What the function at `line` allocates by there and returns: `return new Message;`, or by way of
/// a local that it does nothing else with than return it. Empty where it does not.
std::string ReturnedAcquirer(const SourceFile& file, int line);

/// What the expression at tokens [first, end) allocates by, as in RawOwner::acquirer; empty where
/// it does not, or does more with the result than cast it.
std::string AcquirerOf(const SourceFile& file, std::size_t first, std::size_t end);

/// Functions whose result `free` gives back.
bool IsAllocatingFunction(std::string_view name);
/// Those of them that make C strings.
bool MakesCString(std::string_view name);

/// A way out of the owner's scope on which it is not released.
struct LeakingExit {
  int line = 0;
  std::string word;      ///< "return", "continue", "throw", or the macro: "ASSERT_EQ"
  int release_line = 0;  ///< of the next release behind it
  std::string release;   ///< "delete", "free"
};

/// The first such way out where the function does release it elsewhere. Those that a test for null
/// guards are none.
std::optional<LeakingExit> FindLeakingExit(const SourceFile& file, const RawOwner& owner);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_RAW_OWNER_H_
