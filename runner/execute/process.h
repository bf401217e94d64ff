// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROCESS_H_
#define MEMPROF_RUNNER_EXECUTE_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// A program to run, with everything it gets.
struct Command {
  std::vector<std::string>
      arguments;  ///< the program first; looked up in PATH when without a slash
  std::vector<std::pair<std::string, std::string>> set_environment;
  std::vector<std::string> unset_environment;
  std::string output_path;      ///< stdout and stderr go to this file
  bool inherit_output = false;  ///< they go to ours instead
  double time_limit_s = 0;      ///< 0: none
  /// Called about ten times a second while it runs; false ends it as timed out. May be empty.
  std::function<bool()> still_alive;
  /// Called once with its process id when its time is up, before it is killed; its time must be
  /// bounded. Not called where the user interrupts. May be empty.
  std::function<void(pid_t)> before_kill;
};

/// Our environment with the command's changes, as "NAME=value".
std::vector<std::string> EnvironmentFor(const Command& command);

/// How a program ended.
struct ProcessEnd {
  enum class How { kExited, kSignalled, kTimedOut, kInterrupted };
  How how = How::kExited;
  int code = 0;  ///< exit status, or the signal's number
  double seconds = 0;

  /// "exited with status 3", "was killed by SIGSEGV", "was stopped after 60 s", …
  std::string Text() const;
};

/// Runs a program to its end, in a process group of its own, which is killed as a whole when the
/// time is up or the user interrupts us; stdin is empty. May be called on several threads at once.
///
/// Once the user has interrupted us it starts nothing, and says kInterrupted.
///
/// Errors: kProcess when it cannot be started at all.
Result<ProcessEnd> RunProcess(const Command& command);

/// The first SIGINT, SIGTERM or SIGHUP from now on sets a flag that ends every running process, and
/// no other is started; a second one kills them and ends us at once. Must be called once, before
/// threads are made.
void HandleInterrupts();

/// Whether the user has asked us to stop.
bool Interrupted();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROCESS_H_
