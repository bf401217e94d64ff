// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_INSERTION_SITE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_INSERTION_SITE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "runner/diagnose/fix/container_type.h"
#include "runner/diagnose/fix/growing_container.h"
#include "runner/diagnose/fix/token_walk.h"
#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Where the user's code puts something into the container that grows.
struct InsertionSite {
  const SourceFile* file = nullptr;
  GrowingContainer container;
  ContainerType type;
  std::string type_text;   ///< as declared, else as the evidence has it
  std::string expression;  ///< the container as it is spelled here: "records_", "self->log"
  std::string method;      ///< "push_back", "[]", "+="
  std::size_t call_first = 0;
  std::size_t call_last = 0;   ///< its closing bracket, or the `=` of `+=`
  std::size_t name_token = 0;  ///< of the container
  std::size_t open = 0;        ///< bracket before its arguments; 0 of `+=`
  StatementTokens statement;
  bool is_whole_statement = false;  ///< nothing else is done in it, and its result is not used
  FunctionCode function;
};

/// The insertion on the finding's stack: user frames from the innermost outward, each frame's own
/// line first; then the only one in the files that it touches. A heuristic on text.
struct InsertionSearch {
  std::optional<InsertionSite> site;
  std::string why_not;  ///< a clause, where there is none
};
InsertionSearch FindInsertion(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_INSERTION_SITE_H_
