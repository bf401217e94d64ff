// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_STACK_KEY_H_
#define MEMPROF_RUNNER_ANALYZE_STACK_KEY_H_

#include <string>

#include "runner/base/frame.h"

namespace memprof {

/// A text that is equal for equal stacks only, for use as a key of a map. It has no meaning for
/// people, and none beyond the process.
std::string StackKey(const Stack& stack);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_STACK_KEY_H_
