// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_OBJECT_PAIR_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_OBJECT_PAIR_H_

#include <optional>
#include <string>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// An object that one function gives and another takes back, and that was not given back.
struct ObjectPair {
  std::string acquire;       ///< as on the stack, last name: "figure_create"
  std::string release;       ///< "figure_destroy"
  std::string release_file;  ///< where it is defined; empty for a library's
  int release_line = 0;
  std::string
      caller;  ///< qualified, who obtained it: "plots::SavePlot"; empty when not on the stack
  std::string caller_file;
  int caller_line = 0;            ///< of its call
  bool is_known_library = false;  ///< from the table of well-known libraries
  bool caller_was_read = false;
  /// The caller calls the release function itself, so only some paths miss it.
  bool caller_releases = false;
  /// It does, and a way out of it was read on which it does not.
  bool caller_misses_a_path = false;
};

/// By the stack: a function that allocates or whose callees do, that gives its caller something to
/// hold, and that has a counterpart by name (figure_create and figure_destroy, Acquire and Release)
/// in the sources or in the table of well-known libraries. The outermost such, since that is what
/// the user called. Nothing where the object's owner is a smart pointer or container.
std::optional<ObjectPair> FindObjectPair(const Finding& finding, const Sources& sources);

/// Whether a function gives its caller something that must be given back: a pointer, a handle, a
/// number; not a value that owns itself.
bool GivesHandle(const SourceFile& file, const FunctionCode& function);

/// Whether a function on the stack obtains things by its name alone, so that sources could show a
/// counterpart: "session_open".
bool HasAcquiringName(const Finding& finding);

/// "`plots::SavePlot` obtains it from `figure_create` and never calls `figure_destroy` (a.cc:41)".
std::string PairClause(const ObjectPair& pair);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_OBJECT_PAIR_H_
