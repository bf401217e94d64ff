// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_FOREGROUND_PROCESS_H_
#define MEMPROF_RUNNER_EXECUTE_FOREGROUND_PROCESS_H_

#include <sys/types.h>

#include <functional>

#include "runner/base/result.h"
#include "runner/execute/process.h"

namespace memprof {

/// Runs a program to its end as a shell would: with our terminal, input and output, and in our
/// process group, so that what is typed at the terminal (Ctrl-C, Ctrl-Z) reaches it. Of `command`
/// the arguments, the environment, `time_limit_s` and `before_kill` count. `started` is called with
/// its process id once it runs; it may be empty.
///
/// SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 do not end us while it runs. Those that
/// were sent to us alone are passed on; those of the terminal went to the program too. When its
/// time is up it gets SIGTERM, and SIGKILL two seconds later; what it started itself gets neither.
///
/// `before_fatal` is called before a signal is passed on that the program neither handles nor
/// ignores, so that it ends there; it may be empty. A second signal does not wait for it.
///
/// Must be called once, with no other thread about. Errors: kProcess when it cannot be started.
Result<ProcessEnd> RunInForeground(const Command& command,
                                   const std::function<void(pid_t)>& started,
                                   const std::function<void(pid_t)>& before_fatal);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_FOREGROUND_PROCESS_H_
