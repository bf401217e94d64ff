// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/measured_process.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>

namespace memprof::bench {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void BecomeProgram(const Invocation& invocation, const std::string& error_log) {
  // What steers memprof comes from the invocation alone.
  for (const char* name : {"MEMPROF", "MEMPROF_RECORD", "MEMPROF_SNAPSHOT", "MEMPROF_LEAK_CHECK"}) {
    unsetenv(name);
  }
  for (const auto& [name, value] : invocation.environment) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  const int nothing = open("/dev/null", O_RDWR);
  const int log = open(error_log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : invocation.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  dprintf(STDERR_FILENO, "%s\n", strerror(errno));
  _exit(127);
}

std::string LastLine(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

Result<Usage> RunMeasured(const Invocation& invocation, const std::string& error_log) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t pid = fork();
  if (pid < 0) return Error{ErrorKind::kProcess, fmt::format("fork: {}", strerror(errno)), ""};
  if (pid == 0) BecomeProgram(invocation, error_log);
  int status = 0;
  rusage used = {};
  while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR) {
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error{
        ErrorKind::kProcess,
        WIFEXITED(status)
            ? fmt::format("{} exited with status {}", invocation.arguments[0], WEXITSTATUS(status))
            : fmt::format("{} was killed by signal {}", invocation.arguments[0], WTERMSIG(status)),
        LastLine(error_log)};
  }
  return Usage{Seconds(used.ru_utime) + Seconds(used.ru_stime), wall.count(), used.ru_maxrss};
}

}  // namespace memprof::bench
