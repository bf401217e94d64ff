// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <thread>

#include "runner/execute/output_bound.h"

extern char** environ;

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t g_interrupts = 0;

/// Groups that are running, for a signal handler to end: they are not in the terminal's foreground,
/// so that nobody else would. As many as there are jobs; what finds no room is not ended with us.
constexpr std::size_t kMostGroups = 256;
std::array<std::atomic<pid_t>, kMostGroups> g_groups;
static_assert(std::atomic<pid_t>::is_always_lock_free);

class RunningGroup {
 public:
  explicit RunningGroup(pid_t group) {
    for (std::atomic<pid_t>& place : g_groups) {
      pid_t none = 0;
      if (place.compare_exchange_strong(none, group)) {
        place_ = &place;
        return;
      }
    }
  }
  ~RunningGroup() {
    if (place_ != nullptr) *place_ = 0;
  }
  RunningGroup(const RunningGroup&) = delete;
  RunningGroup& operator=(const RunningGroup&) = delete;

 private:
  std::atomic<pid_t>* place_ = nullptr;
};

void OnInterrupt(int signal) {
  g_interrupts = g_interrupts + 1;
  if (g_interrupts == 1) return;
  for (const std::atomic<pid_t>& group : g_groups) {
    if (group != 0) kill(-group, SIGKILL);
  }
  _exit(128 + signal);
}

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& text : *strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What posix_spawn is told, freed in the end.
class SpawnPlan {
 public:
  explicit SpawnPlan(const Command& command) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!command.inherit_output) {
      const char* path = command.output_path.empty() ? "/dev/null" : command.output_path.c_str();
      posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC,
                                       0644);
      posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    }
    // Our own dispositions and mask are not the program's business.
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) {
      sigaddset(&defaults, signal);
    }
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Spawn(pid_t* pid, char* const* arguments, char* const* environment) {
    return posix_spawnp(pid, arguments[0], &actions_, &attributes_, arguments, environment);
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

/// Ends the whole group: politely where the user interrupted, so that test programs can remove
/// their files, and then for good.
void EndGroup(pid_t pid, bool politely) {
  if (politely) {
    kill(-pid, SIGTERM);
    for (int i = 0; i < 20; ++i) {
      siginfo_t info = {};
      if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == pid) {
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  kill(-pid, SIGKILL);
}

}  // namespace

std::vector<std::string> EnvironmentFor(const Command& command) {
  auto name_of = [](const std::string& entry) { return entry.substr(0, entry.find('=')); };
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name = name_of(*entry);
    const bool replaced =
        std::any_of(command.set_environment.begin(), command.set_environment.end(),
                    [&](const auto& set) { return set.first == name; });
    const bool removed =
        std::find(command.unset_environment.begin(), command.unset_environment.end(), name) !=
        command.unset_environment.end();
    if (!replaced && !removed) entries.emplace_back(*entry);
  }
  for (const auto& [name, value] : command.set_environment) entries.push_back(name + "=" + value);
  return entries;
}

std::string ProcessEnd::Text() const {
  switch (how) {
    case How::kExited:
      return fmt::format("exited with status {}", code);
    case How::kSignalled: {
      const char* name = sigabbrev_np(code);
      return name != nullptr ? fmt::format("was killed by SIG{}", name)
                             : fmt::format("was killed by signal {}", code);
    }
    case How::kTimedOut:
      return fmt::format("was stopped after {:.0f} s", seconds);
    case How::kInterrupted:
      return "was interrupted";
  }
  return "";
}

Result<ProcessEnd> RunProcess(const Command& command) {
  ProcessEnd end;
  if (Interrupted()) {
    end.how = ProcessEnd::How::kInterrupted;
    return end;
  }
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = EnvironmentFor(command);
  const std::vector<char*> argument_pointers = Pointers(&arguments);
  const std::vector<char*> environment_pointers = Pointers(&environment);

  SpawnPlan plan(command);
  pid_t pid = 0;
  const auto start = Clock::now();
  const int error = plan.Spawn(&pid, argument_pointers.data(), environment_pointers.data());
  if (error != 0) {
    return Error{ErrorKind::kProcess,
                 fmt::format("{} cannot be started: {}", command.arguments[0], strerror(error)),
                 error == ENOEXEC ? "it is no program for this machine" : ""};
  }

  const RunningGroup group(pid);
  OutputBound bound(command.inherit_output ? "" : command.output_path);
  auto seconds = [&start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  bool ended_by_us = false;
  auto pause = std::chrono::microseconds(200);
  auto next_look = start;
  for (;;) {
    int status = 0;
    const pid_t done = waitpid(pid, &status, WNOHANG);
    // Whoever reads its stacks may have it stopped, which waitpid tells too.
    if (done == pid && !WIFSTOPPED(status)) {
      end.seconds = seconds();
      if (!ended_by_us) {
        end.how = WIFSIGNALED(status) ? ProcessEnd::How::kSignalled : ProcessEnd::How::kExited;
        end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
      }
      // Whatever it left running in its group would go on using the machine, and our files.
      kill(-pid, SIGKILL);
      bound.Finish();
      return end;
    }
    if (!ended_by_us) {
      const bool timed_out = command.time_limit_s > 0 && seconds() > command.time_limit_s;
      bool stuck = false;
      if (Clock::now() >= next_look) {
        bound.Look();
        stuck = command.still_alive && !command.still_alive();
        next_look = Clock::now() + std::chrono::milliseconds(100);
      }
      if (Interrupted() || timed_out || stuck) {
        end.how = Interrupted() ? ProcessEnd::How::kInterrupted : ProcessEnd::How::kTimedOut;
        if (!Interrupted() && command.before_kill) command.before_kill(pid);
        EndGroup(pid, Interrupted());
        ended_by_us = true;
      }
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(20000));
  }
}

void HandleInterrupts() {
  struct sigaction action = {};
  action.sa_handler = &OnInterrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);
  // A closed pipe is an error of that write, and no reason to lose the rest.
  std::signal(SIGPIPE, SIG_IGN);
}

bool Interrupted() { return g_interrupts != 0; }

}  // namespace memprof
