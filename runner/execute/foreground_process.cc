// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/foreground_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "runner/execute/files.h"

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<int, 6> kPassedOn = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
constexpr double kSecondsToEnd = 2;  // from SIGTERM to SIGKILL

std::atomic<pid_t> g_program = 0;
std::atomic<int> g_held_back = 0;  // a signal that the program has not got yet
std::atomic<int> g_wake = -1;      // written to when a signal is held back; -1 when none may be
static_assert(std::atomic<pid_t>::is_always_lock_free);

/// The terminal's own signals come from the kernel, and to the whole group.
void PassOn(int signal, siginfo_t* info, void* /*context*/) {
  const pid_t program = g_program;
  if (program <= 0 || info->si_code > 0) return;
  const int saved = errno;
  int none = 0;
  if (g_wake >= 0 && g_held_back.compare_exchange_strong(none, signal)) {
    const std::uint64_t one = 1;
    if (write(g_wake, &one, sizeof one) == sizeof one) {
      errno = saved;
      return;
    }
    g_held_back = 0;
  }
  kill(program, signal);
  errno = saved;
}

/// Whether it would end the process, which neither handles nor ignores it.
bool IsFatal(pid_t pid, int signal) {
  const Result<std::string> status = ReadFile(fmt::format("/proc/{}/status", pid));
  if (!status) return false;
  for (const char* set : {"\nSigIgn:", "\nSigCgt:"}) {
    const std::size_t at = status->find(set);
    if (at == std::string::npos) return false;
    const unsigned long long mask =
        std::strtoull(status->c_str() + at + std::strlen(set), nullptr, 16);
    if ((mask >> (signal - 1)) & 1) return false;
  }
  return true;
}

/// Where signals wait until the program has been asked what it holds.
class HeldSignals {
 public:
  explicit HeldSignals(const std::function<void(pid_t)>& before_fatal)
      : before_fatal_(before_fatal),
        wake_(before_fatal ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1) {
    g_wake = wake_;
  }
  ~HeldSignals() {
    g_wake = -1;
    if (wake_ >= 0) close(wake_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  int wake() const { return wake_; }

  /// Passes on what is waiting.
  void Deliver(pid_t pid) const {
    std::uint64_t count = 0;
    if (wake_ < 0 || read(wake_, &count, sizeof count) < 0) return;
    const int signal = g_held_back;
    if (signal == 0) return;
    if (IsFatal(pid, signal)) before_fatal_(pid);
    kill(pid, signal);
    g_held_back = 0;
  }

 private:
  const std::function<void(pid_t)>& before_fatal_;
  const int wake_;
};

/// Takes the signals over, and says which the program must find as they were: ignored ones stay
/// ignored, as under nohup.
class Signals {
 public:
  Signals() {
    sigset_t taken;
    sigemptyset(&taken);
    sigemptyset(&defaults_);
    for (const int signal : kPassedOn) sigaddset(&taken, signal);
    // Until the program is there to have them.
    sigprocmask(SIG_BLOCK, &taken, &mask_);
    for (const int signal : kPassedOn) {
      struct sigaction action = {};
      sigaction(signal, nullptr, &action);
      before_.push_back(action);
      if ((action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN) continue;
      sigaddset(&defaults_, signal);
      action = {};
      action.sa_sigaction = &PassOn;
      action.sa_flags = SA_SIGINFO;
      sigaction(signal, &action, nullptr);
    }
    // Ours alone: a reader of our messages that left is no reason to leave the program.
    std::signal(SIGPIPE, SIG_IGN);
    sigaddset(&defaults_, SIGPIPE);
    sigaddset(&defaults_, SIGXFSZ);
  }
  ~Signals() {
    for (std::size_t i = 0; i < kPassedOn.size(); ++i)
      sigaction(kPassedOn[i], &before_[i], nullptr);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  void Release() const { sigprocmask(SIG_SETMASK, &mask_, nullptr); }
  const sigset_t& mask() const { return mask_; }
  const sigset_t& defaults() const { return defaults_; }

 private:
  sigset_t mask_;
  sigset_t defaults_;
  std::vector<struct sigaction> before_;
};

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& text : *strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Returns an error number.
int Spawn(const Command& command, const Signals& signals, pid_t* pid) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = EnvironmentFor(command);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &signals.mask());
  posix_spawnattr_setsigdefault(&attributes, &signals.defaults());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(pid, arguments[0].c_str(), nullptr, &attributes,
                                 Pointers(&arguments).data(), Pointers(&environment).data());
  posix_spawnattr_destroy(&attributes);
  return error;
}

/// Waits for a process of ours without asking all the time.
class Ending {
 public:
  Ending(pid_t pid, const HeldSignals& signals)
      : pid_(pid),
        signals_(signals),
        descriptor_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~Ending() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  /// Whether it has ended; waits so long for it, in seconds. It is not reaped.
  bool Within(double seconds) const {
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    for (;;) {
      siginfo_t info = {};
      if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == pid_) {
        return true;
      }
      const double left = std::chrono::duration<double>(until - Clock::now()).count();
      if (left <= 0) return false;
      Pause(std::min(left, 3600.0));
      signals_.Deliver(pid_);
    }
  }

 private:
  void Pause(double seconds) const {
    if (descriptor_ < 0) {  // a kernel before 5.3
      std::this_thread::sleep_for(std::chrono::duration<double>(std::min(seconds, 0.02)));
      return;
    }
    pollfd events[] = {{descriptor_, POLLIN, 0}, {signals_.wake(), POLLIN, 0}};
    poll(events, 2, static_cast<int>(seconds * 1000) + 1);
  }

  const pid_t pid_;
  const HeldSignals& signals_;
  const int descriptor_;
};

constexpr double kForEver = 1e9;

}  // namespace

Result<ProcessEnd> RunInForeground(const Command& command,
                                   const std::function<void(pid_t)>& started,
                                   const std::function<void(pid_t)>& before_fatal) {
  const HeldSignals held(before_fatal);
  const Signals signals;
  pid_t pid = 0;
  const auto start = Clock::now();
  const int error = Spawn(command, signals, &pid);
  if (error != 0) {
    signals.Release();
    return Error{ErrorKind::kProcess,
                 fmt::format("{} cannot be started: {}", command.arguments[0], strerror(error)),
                 error == ENOEXEC ? "it is no program for this machine" : ""};
  }
  g_program = pid;
  signals.Release();
  if (started) started(pid);
  ProcessEnd end;
  bool timed_out = false;
  const Ending ending(pid, held);
  if (!ending.Within(command.time_limit_s > 0 ? command.time_limit_s : kForEver)) {
    timed_out = true;
    if (command.before_kill) command.before_kill(pid);
    kill(pid, SIGTERM);
    if (!ending.Within(kSecondsToEnd)) {
      kill(pid, SIGKILL);
      ending.Within(kForEver);
    }
  }
  g_program = 0;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  end.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (timed_out) {
    end.how = ProcessEnd::How::kTimedOut;
  } else {
    end.how = WIFSIGNALED(status) ? ProcessEnd::How::kSignalled : ProcessEnd::How::kExited;
    end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  }
  return end;
}

}  // namespace memprof
