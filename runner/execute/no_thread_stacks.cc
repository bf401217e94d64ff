// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/thread_stacks.h"

namespace memprof {

ThreadStacks ReadThreadStacks(pid_t) {
  ThreadStacks none;
  none.why_not = "memprof was built without elfutils' libdw, which unwinds stacks";
  return none;
}

}  // namespace memprof
