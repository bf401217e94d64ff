// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_LINKED_REGISTRY_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_LINKED_REGISTRY_H_

#include <optional>
#include <string>

#include "runner/diagnose/fix/token_walk.h"
#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A function that makes an entry and links it at the head of a static list:
/// "auto* e = new Entry; e->name = name; e->next = entries; entries = e;".
struct LinkedRegistry {
  const SourceFile* file = nullptr;
  FunctionCode function;
  StatementTokens statement;  ///< with the `new`
  std::string type;           ///< "Entry"
  std::string head;           ///< "entries"
  std::string next;           ///< "next"
  std::string key;            ///< member that is set to the parameter as it is: "name"
  std::string parameter;      ///< the function's only one
  std::string caller;         ///< class whose constructor calls it; or empty
  /// Why an entry may not be left out when its key is there already: a clause; or empty.
  std::string why_no_diff;
};

/// On the finding's stack, with what holds the finding's memory as head.
std::optional<LinkedRegistry> LinkedRegistryOf(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_LINKED_REGISTRY_H_
