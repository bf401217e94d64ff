// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/ptrace_trial.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

namespace memprof {
namespace {

/// Against a kernel that answers neither yes nor no.
constexpr unsigned kSeconds = 5;

pid_t WaitFor(pid_t process, int* status) {
  pid_t waited;
  do {
    waited = waitpid(process, status, __WALL);
  } while (waited < 0 && errno == EINTR);
  return waited;
}

/// Returns errno, or 0 where the process was stopped and let go. Only what may follow a fork.
int StopAndRelease(pid_t process) {
  if (ptrace(PTRACE_SEIZE, process, nullptr, nullptr) != 0) return errno;
  int error = 0;
  int status;
  if (ptrace(PTRACE_INTERRUPT, process, nullptr, nullptr) != 0 ||
      WaitFor(process, &status) != process) {
    error = errno;
  }
  ptrace(PTRACE_DETACH, process, nullptr, nullptr);
  return error;
}

int TryOnChild() {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    alarm(kSeconds);
    while (true) pause();
  }
  const int error = StopAndRelease(child);
  kill(child, SIGKILL);
  int status;
  WaitFor(child, &status);
  return error;
}

int TryOnPermittingParent() {
  const pid_t parent = fork();
  if (parent < 0) return errno;
  int status = 0;
  if (parent == 0) {
    alarm(kSeconds);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    const pid_t tracer = fork();
    if (tracer < 0) _exit(errno);
    if (tracer == 0) {
      alarm(kSeconds);
      _exit(StopAndRelease(getppid()));
    }
    WaitFor(tracer, &status);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT);
  }
  WaitFor(parent, &status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT;
}

bool IsFiltered() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Seccomp:")) return line.find('2') != std::string::npos;
  }
  return false;
}

}  // namespace

PtraceTrial TryPtrace() {
  PtraceTrial trial;
  trial.of_child = TryOnChild();
  trial.of_permitted = TryOnPermittingParent();
  trial.is_filtered = IsFiltered();
  std::ifstream scope("/proc/sys/kernel/yama/ptrace_scope");
  if (!(scope >> trial.yama_scope)) trial.yama_scope = -1;
  return trial;
}

}  // namespace memprof
