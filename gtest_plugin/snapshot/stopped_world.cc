// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/stopped_world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/parked_threads.h"
#include "gtest_plugin/snapshot/tracer.h"
#include "gtest_plugin/tracker/spin_lock.h"

namespace memprof {
namespace {

constexpr char kNoRoom[] = "the address space for the threads' registers was refused";

constexpr char kOtherNamespace[] =
    "processes that the program starts begin in another PID namespace than its own";

// After unshare(CLONE_NEWPID) the first child is the namespace's init, and no other can be made
// once that has ended.
bool ChildrenGoElsewhere() {
  static const char kOfChildren[] = "/proc/self/ns/pid_for_children";
  char own[64];
  char other[64];
  const long length = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/ns/pid", own, sizeof(own));
  const long other_length = syscall(SYS_readlinkat, AT_FDCWD, kOfChildren, other, sizeof(other));
  struct stat status;
  // Without an init yet, it is listed and cannot be read; before Linux 4.12 there is no such list.
  if (length <= 0) return false;
  if (other_length < 0) return lstat(kOfChildren, &status) == 0;
  return other_length != length || memcmp(own, other, static_cast<size_t>(length)) != 0;
}

/// Keeps the program's signal handlers from running on this thread: the child has its mask, and a
/// handler that jumps out would leave the tracer behind.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    const uint64_t all = ~uint64_t{0};
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof(all));
  }
  ~SignalsBlocked() noexcept {
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof(before_));
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  uint64_t before_ = 0;
};

/// The tracker's own thread may be copying when the program ends.
class OneCopy {
 public:
  OneCopy() noexcept {
    const timespec rest = {0, 200000};
    while (!g_lock.TryTake()) syscall(SYS_nanosleep, &rest, nullptr);
  }
  ~OneCopy() noexcept { g_lock.Reset(); }
  OneCopy(const OneCopy&) = delete;
  OneCopy& operator=(const OneCopy&) = delete;

 private:
  static SpinLock g_lock;
};
SpinLock OneCopy::g_lock;

StopResult Copy(int (*in_child)(const StoppedWorld&, void*), void* argument,
                const CallerRegisters& caller, uint64_t sp) {
  StopResult result = {-1, 1, 1, kNoRoom, 0};
  if (ChildrenGoElsewhere()) {
    result.why_not = kOtherNamespace;
    return result;
  }
  const pid_t process = getpid();
  ParkedThreads threads;
  if (threads.Reserve(process)) {
    threads.AddCaller(static_cast<pid_t>(syscall(SYS_gettid)), caller, sp);
    CopyOrder order = {in_child, argument, &threads, process};
    {
      const SignalsBlocked blocked;  // or a handler that copies would wait for ever
      const OneCopy one;
      if (threads.is_alone()) {
        CopyAlone(&order);
      } else {
        CopyByTracer(&order);
      }
    }
    const StoppedWorld world = threads.world();
    result.child = order.child;
    result.threads = world.count;
    result.parked = world.parked;
    result.why_not = order.child < 0 ? order.why_not : world.why_not;
    result.paused_ns = static_cast<uint64_t>(order.paused_ns);
    if (order.child < 0) result.child = -1;
  }
  threads.Free();
  return result;
}

}  // namespace

/// What CopyStoppedWorld calls once the registers of its own caller are kept, with `sp` the
/// caller's. It is a C function so that assembly can name it.
extern "C" __attribute__((used)) StopResult memprof_copy_from(
    int (*in_child)(const StoppedWorld&, void*), void* argument, const CallerRegisters* caller,
    uint64_t sp) noexcept {
  const int saved = errno;
  const StopResult result = Copy(in_child, argument, *caller, sp);
  errno = saved;
  return result;
}

#if defined(__x86_64__)

static_assert(sizeof(StopResult) > 16, "its address comes as a hidden first argument, in rdi");
static_assert(sizeof(CallerRegisters) == 56, "six pushed registers and the return address");

// CopyStoppedWorld. Before any compiled code could use a register, they are pushed as a
// CallerRegisters, whose last word is the return address that is there already. In assembly as a
// whole: without optimisation GCC puts code of its own before that of a naked function.
asm(R"(
  .pushsection .text
  .globl memprof_copy_stopped_world
  .hidden memprof_copy_stopped_world
  .hidden memprof_copy_from
  .type memprof_copy_stopped_world, @function
memprof_copy_stopped_world:
  .cfi_startproc
  endbr64
  push %r15
  .cfi_adjust_cfa_offset 8
  push %r14
  .cfi_adjust_cfa_offset 8
  push %r13
  .cfi_adjust_cfa_offset 8
  push %r12
  .cfi_adjust_cfa_offset 8
  push %rbp
  .cfi_adjust_cfa_offset 8
  push %rbx
  .cfi_adjust_cfa_offset 8
  mov %rsp, %rcx
  lea 56(%rsp), %r8
  sub $8, %rsp
  .cfi_adjust_cfa_offset 8
  call memprof_copy_from
  add $56, %rsp
  .cfi_adjust_cfa_offset -56
  ret
  .cfi_endproc
  .size memprof_copy_stopped_world, . - memprof_copy_stopped_world
  .popsection
)");

#else  // AArch64: not measured on this machine. The registers of the caller stay unknown.

__attribute__((noinline)) StopResult CopyStoppedWorld(int (*in_child)(const StoppedWorld& world,
                                                                      void* argument),
                                                      void* argument) noexcept {
  CallerRegisters caller = {};
  auto* const frame = static_cast<uint64_t*>(__builtin_frame_address(0));
  caller.bp = frame[0];
  caller.pc = frame[1];
  return memprof_copy_from(in_child, argument, &caller, reinterpret_cast<uint64_t>(frame));
}

#endif

StopResult CopyRunningWorld(int (*in_child)(const StoppedWorld& world, void* argument),
                            void* argument) noexcept {
  const int saved = errno;
  StopResult result = {-1, 0, 0, kOtherNamespace, 0};
  if (!ChildrenGoElsewhere()) {
    // The kernel's "parent" of a death signal is a thread, and this one may end before the scan.
    CopyOrder order = {in_child, argument, nullptr, getpid(), true};
    {
      const SignalsBlocked blocked;
      CopyAlone(&order);
    }
    result.child = order.child < 0 ? -1 : order.child;
    result.why_not = order.child < 0 ? order.why_not : nullptr;
    result.paused_ns = static_cast<uint64_t>(order.paused_ns);
  }
  errno = saved;
  return result;
}

bool ReapSnapshotChild(pid_t child, int wait_ms) noexcept {
  const int saved = errno;
  const int64_t end = MonotonicNs() + int64_t{wait_ms} * 1000000;
  int64_t pause = 100000;
  bool has_ended = false;
  for (;;) {
    // It has no exit signal. An error says that it is our child no more: the program may wait for
    // all that it has, and the number may be another child's by now, of the usual kind.
    const long found = syscall(SYS_wait4, child, nullptr, __WCLONE | WNOHANG, nullptr);
    has_ended = found != 0 && !(found < 0 && errno == EINTR);
    const int64_t left = end - MonotonicNs();
    if (has_ended || left <= 0) break;
    const int64_t span = pause < left ? pause : left;
    const timespec rest = {span / 1000000000, span % 1000000000};
    syscall(SYS_nanosleep, &rest, nullptr);
    if (pause < 10000000) pause *= 2;
  }
  errno = saved;
  return has_ended;
}

}  // namespace memprof
