// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_THREAD_STACKS_H_
#define MEMPROF_RUNNER_EXECUTE_THREAD_STACKS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// Where one thread of a process was.
struct ThreadStack {
  pid_t thread = 0;
  std::string name;     ///< as the kernel has it
  RecordedStack stack;  ///< of epoch 0
};

/// Where all threads of a process were at one moment.
struct ThreadStacks {
  std::vector<ThreadStack> threads;     ///< the main thread first
  std::vector<RecordedModule> modules;  ///< those that the stacks lead through
  std::string why_not;                  ///< a clause, when there are no threads
};

/// Stops the threads of a process of ours by ptrace, unwinds their stacks by call-frame
/// information, and lets them go again. It names nothing and reads no debug information, so that it
/// takes milliseconds.
///
/// It returns after 1.5 s at the latest, whatever state the process is in: a thread that does not
/// stop is left out. When that time is up the caller must kill the process, which ends what is
/// still being done to it.
ThreadStacks ReadThreadStacks(pid_t process);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_THREAD_STACKS_H_
