// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_FUNCTION_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_FUNCTION_H_

#include <optional>
#include <string>
#include <string_view>

#include "runner/source/source_file.h"

namespace memprof {

/// The function that undoes another: figure_destroy for figure_create.
struct ReleaseFunction {
  std::string name;
  bool is_single = false;  ///< the sources have it once, so its address has one meaning
};

/// The counterpart of `create`, which returns a `type*`: a function of the sources that takes one
/// `type*` and is named as `create` with the opposite verb, or that of a well-known C library.
/// `type`: its last name; empty when unknown, then only well-known pairs are found.
std::optional<ReleaseFunction> ReleaseFunctionOf(std::string_view create, std::string_view type,
                                                 const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_FUNCTION_H_
