// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_THREAD_CODE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_THREAD_CODE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What a thread runs, as far as it could be read.
struct ThreadCode {
  std::string name;                  ///< "Work", "the closure"; empty when it is not clear
  const SourceFile* file = nullptr;  ///< null when its body was not found
  CodeRange body;
};

/// The function or closure that stands first among a thread's `arguments` ("Work, request", "&A::B,
/// this", "[this] { … }").
ThreadCode CodeOf(const SourceFile& file, CodeRange arguments, const Sources& sources);

/// Whether the thread ends by itself, whatever others do.
struct ThreadEnd {
  bool is_sure = false;
  bool loops_for_ever = false;  ///< a loop without condition, and no way out of it
  std::string loop_condition;   ///< of a `while` that others must end: "!stopping_"
  std::string waits_for;        ///< what it waits on: "request->changed"; or empty
  std::string why;              ///< why it is not sure, as a clause
};
/// By loops, waits and calls of functions that were not read: any of them makes it not sure.
ThreadEnd EndOf(const ThreadCode& code, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_THREAD_CODE_H_
