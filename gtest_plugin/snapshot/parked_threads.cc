// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/parked_threads.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/thread_status.h"
#include "gtest_plugin/tracker/own_thread.h"
#include "gtest_plugin/tracker/proc_directory.h"

namespace memprof {
namespace {

constexpr size_t kLeastRoom = 4096;  // threads
constexpr int64_t kMillisecond = 1000000;
/// How long a thread may take to stop. One in a call that no signal interrupts (a vfork whose child
/// has not gone on, a dead network disk) is told by its state, and the others need not wait for it.
constexpr int64_t kPatience = 500 * kMillisecond;
constexpr int64_t kPatienceWithUninterruptible = 30 * kMillisecond;
constexpr int64_t kLook = 10 * kMillisecond;
/// Threads that could not be stopped may start new ones for as long as we look.
constexpr int kMostRounds = 64;

constexpr char kForbidden[] =
    "ptrace is not permitted here (by a container's seccomp profile, kernel.yama.ptrace_scope, or "
    "because the program is not dumpable)";
constexpr char kTaken[] = "a debugger or another tracer holds the threads, and ptrace allows one";
constexpr char kNoPtrace[] = "the kernel has no ptrace";
constexpr char kLateReason[] = "a thread did not stop in time: it is in an uninterruptible call";
constexpr char kTooMany[] = "threads were started faster than they could be stopped";

long Ptrace(int request, pid_t tid, uintptr_t data) {
  return syscall(SYS_ptrace, request, tid, 0, data) == 0 ? 0 : errno;
}

// The kernel's sigset_t.
constexpr uint64_t kChildSignal = uint64_t{1} << (SIGCHLD - 1);

void AwaitChildSignal(int64_t ns) {
  const timespec limit = {ns / 1000000000, ns % 1000000000};
  syscall(SYS_rt_sigtimedwait, &kChildSignal, nullptr, &limit, sizeof(kChildSignal));
}

}  // namespace

int64_t MonotonicNs() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1000000000} + now.tv_nsec;
}

bool ParkedThreads::Reserve(pid_t process) noexcept {
  process_ = process;
  // In another namespace's /proc the number is another process's.
  is_listed_ = NumberInProc() == process;
  ProcDirectory tasks(TaskPath(process).c_str());
  // Our own thread refers to nothing of the program's, unless it is the one that asks.
  const auto caller = static_cast<pid_t>(syscall(SYS_gettid));
  left_out_ = OwnThread() == caller ? 0 : OwnThread();
  while (is_listed_ && tasks.ok()) {
    const int tid = tasks.Next();
    if (tid < 0) break;
    if (tid != left_out_) ++present_;
  }
  const size_t room = kLeastRoom + 2 * present_;
  return threads_.Reserve(room) && holds_.Reserve(room) &&
         registers_.Reserve(room * kRegisterWords);
}

void ParkedThreads::Free() noexcept {
  threads_.Release();
  holds_.Release();
  registers_.Release();
}

void ParkedThreads::AddCaller(pid_t tid, const CallerRegisters& caller, uint64_t sp) noexcept {
  threads_[0].tid = tid;
  threads_[0].state = record::kThreadCaller;
  KeepCallerRegisters(caller, sp, RegistersOf(0), &threads_[0]);
  holds_[0] = {tid, 0, kCaller};
  count_ = 1;
  parked_ = 1;
}

// The directory lists threads in the order of their making, as they were met before.
bool ParkedThreads::IsKnown(pid_t tid) noexcept {
  for (size_t n = 0; n < count_; ++n) {
    const size_t i = look_at_ + n < count_ ? look_at_ + n : look_at_ + n - count_;
    if (holds_[i].tid != tid) continue;
    look_at_ = i + 1 < count_ ? i + 1 : 0;
    return true;
  }
  return false;
}

bool ParkedThreads::Park() noexcept {
  if (!is_listed_) return false;
  bool found = true;
  for (int round = 0; found; ++round) {
    if (round == kMostRounds) {
      why_not_ = kTooMany;
      break;
    }
    found = false;
    if (!SeizeNew(&found)) return false;
    AwaitStops();
  }
  Settle();
  return true;
}

bool ParkedThreads::SeizeNew(bool* found) noexcept {
  ProcDirectory tasks(TaskPath(process_).c_str());
  if (!tasks.ok()) return false;
  bool has_caller = false;
  for (int tid; (tid = tasks.Next()) >= 0;) {
    has_caller = has_caller || tid == holds_[0].tid;
    if (tid == left_out_ || IsKnown(tid)) continue;
    if (count_ == holds_.capacity()) {
      why_not_ = kTooMany;
      break;
    }
    *found = true;
    Seize(tid);
  }
  return has_caller;
}

void ParkedThreads::Seize(pid_t tid) noexcept {
  const size_t i = count_++;
  threads_[i] = {};
  threads_[i].tid = tid;
  threads_[i].state = record::kThreadUnparked;
  holds_[i] = {tid, 0, kSeized};
  long error = Ptrace(PTRACE_SEIZE, tid, 0);
  if (error == 0) error = Ptrace(PTRACE_INTERRUPT, tid, 0);
  if (error != 0) OnRefusal(i, error);
}

void ParkedThreads::OnRefusal(size_t i, long error) noexcept {
  const pid_t tid = holds_[i].tid;
  const ThreadStatus status = ReadThreadStatus(process_, tid);
  // One that has just ended is refused in the same words as one that we may not have.
  const bool has_ended =
      status.is_ending || (syscall(SYS_tgkill, process_, tid, 0) != 0 && errno == ESRCH);
  if (error == ESRCH || has_ended || status.is_worker) {
    holds_[i].phase = kGone;
    return;
  }
  holds_[i].phase = kRefused;
  why_not_ = error == ENOSYS ? kNoPtrace : TracerOf(process_, tid) != 0 ? kTaken : kForbidden;
}

void ParkedThreads::AwaitStops() noexcept {
  const int64_t begin = MonotonicNs();
  for (size_t i = 1; i < count_; ++i) {
    if (holds_[i].phase != kSeized) continue;
    while (!AwaitStop(i, kLook)) {
      const int64_t waited = MonotonicNs() - begin;
      const ThreadStatus status = ReadThreadStatus(process_, holds_[i].tid);
      // A main thread that ended before the others tells nobody.
      if (status.is_ending) holds_[i].phase = kGone;
      const bool cannot_stop = status.state == 'D' && waited > kPatienceWithUninterruptible;
      if (cannot_stop || waited > kPatience) holds_[i].phase = kLate;
      if (holds_[i].phase != kSeized) break;
    }
  }
}

bool ParkedThreads::AwaitStop(size_t i, int64_t wait_ns) noexcept {
  const int64_t end = MonotonicNs() + wait_ns;
  for (;;) {
    int status = 0;
    const long found = syscall(SYS_wait4, holds_[i].tid, &status, __WALL | WNOHANG, nullptr);
    if (found > 0) {
      OnStatus(i, status);
      return true;
    }
    if (found < 0 && errno != EINTR) {
      holds_[i].phase = kGone;
      return true;
    }
    const int64_t left = end - MonotonicNs();
    if (left <= 0) return false;
    AwaitChildSignal(left);
  }
}

void ParkedThreads::OnStatus(size_t i, int status) noexcept {
  holds_[i].phase = kGone;
  if (!WIFSTOPPED(status)) return;
  // Stopped as we asked, or by a stop of the whole process: no signal is lost. Otherwise one was
  // about to be given to the thread, and still is.
  holds_[i].signal = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
  if (!ReadRegisters(holds_[i].tid, RegistersOf(i), &threads_[i])) return;
  holds_[i].phase = kStopped;
}

// From here on numbers do not change: leaves out those that are gone.
void ParkedThreads::Settle() noexcept {
  size_t kept = 1;
  for (size_t i = 1; i < count_; ++i) {
    if (holds_[i].phase == kGone) continue;
    StoppedThread& thread = threads_[i];
    if (holds_[i].phase == kStopped) {
      thread.state = record::kThreadParked;
      ++parked_;
    } else {
      if (holds_[i].phase == kLate) why_not_ = kLateReason;
      ReadBlockedPlace(process_, thread.tid, &thread.sp, &thread.pc);
    }
    threads_[kept] = thread;
    holds_[kept] = holds_[i];
    ++kept;
  }
  count_ = kept;
}

void ParkedThreads::Release() noexcept {
  for (size_t i = 1; i < count_; ++i) {
    // One that came late may have stopped by now. The others the kernel lets go when we end.
    if (holds_[i].phase == kLate) AwaitStop(i, 0);
    if (holds_[i].phase != kStopped) continue;
    HideInterruption(holds_[i].tid, threads_[i]);
    Ptrace(PTRACE_DETACH, holds_[i].tid, static_cast<uintptr_t>(holds_[i].signal));
  }
}

StoppedWorld ParkedThreads::world() const noexcept {
  return {&threads_[0], static_cast<uint32_t>(count_), static_cast<uint32_t>(parked_), why_not_};
}

}  // namespace memprof
