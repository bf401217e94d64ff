// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_TRACE_TRACED_PROCESS_H_
#define MEMPROF_TESTS_UNIT_TRACE_TRACED_PROCESS_H_

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gtest_plugin/trace/trace.h"

namespace memprof {

/// True in a process that is traced. Else it starts the program anew as one, since the trace is
/// decided upon at the first allocation; it returns only where that fails.
inline bool BeTraced(char** arguments) {
  if (IsTracing()) return true;
  if (getenv("MEMPROF_TRACE") == nullptr) {
    setenv("MEMPROF_TRACE", "1", 1);
    execv("/proc/self/exe", arguments);
  }
  fprintf(stderr, "no trace: %s\n", WhyNotTracing() != nullptr ? WhyNotTracing() : "unknown why");
  return false;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_TRACE_TRACED_PROCESS_H_
