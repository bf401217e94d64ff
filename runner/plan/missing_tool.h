// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_MISSING_TOOL_H_
#define MEMPROF_RUNNER_PLAN_MISSING_TOOL_H_

#include <string>

#include "runner/base/result.h"

namespace memprof {

// What a run and `memprof doctor` say alike of a tool that is not there. The messages are clauses
// for "not measured: …". A run ends them with where to look further, which doctor need not.
inline constexpr char kSeeDoctor[] = " (memprof doctor tells what else is missing)";

inline Error LsanNotLoaded(const std::string& library, const char* further = kSeeDoctor) {
  return {ErrorKind::kNotFound,
          library + " was not loaded; on Debian it comes with the package liblsan0" + further, ""};
}

inline Error ValgrindNotInstalled(const std::string& launcher, const char* further = kSeeDoctor) {
  return {ErrorKind::kNotFound,
          launcher + " is not installed; on Debian it is the package valgrind" + further, ""};
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_MISSING_TOOL_H_
