// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {
namespace {

// The child's scan runs on it too.
constexpr size_t kStackBytes = size_t{1} << 20;
constexpr size_t kGuardBytes = size_t{64} * 1024;  // a page of any architecture

// Beyond what any scan takes that somebody waits for.
constexpr unsigned kLongestLifeS = 60;
// A child that is killed at once never says that it has closed all.
constexpr int64_t kLongestCloseNs = 500000000;

constexpr char kNoTracer[] = "no process for the tracer could be made (see the limit of processes)";
constexpr char kNoChild[] = "the process could not be copied: no memory, or too many processes";
constexpr char kNoList[] = "/proc does not list the threads of this process";
constexpr char kNoStack[] = "the address space for the tracer's stack was refused";
constexpr char kKilled[] = "the tracer was killed";

struct TracerTask {
  CopyOrder* order;
  uint32_t may_begin;  // a futex
  bool is_over;
};

// With no exit signal: neither SIGCHLD nor a plain wait() tells the program of it. Not followed by
// a debugger of the program either.
constexpr unsigned long kUnnoticed = CLONE_UNTRACED;

// A process that shares our memory and runs `run` on its own stack. By hand, since libc's clone
// knows of locks and of handlers that it would have to keep. -errno where there is none.
long CloneOnStack(void* stack_end, int (*run)(void*), void* argument) {
  constexpr unsigned long kFlags = CLONE_VM | kUnnoticed;
#if defined(__x86_64__)
  long result;
  register unsigned long parent_tid asm("rdx") = 0;
  register unsigned long child_tid asm("r10") = 0;
  register unsigned long tls asm("r8") = 0;
  register int (*function)(void*) asm("r12") = run;
  register void* parameter asm("r13") = argument;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "mov %%eax, %%edi\n\t"
      "mov %[exit], %%eax\n\t"
      "syscall\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "0"(long{SYS_clone}), "D"(kFlags), "S"(stack_end), "r"(parent_tid), "r"(child_tid),
        "r"(tls), "r"(function), "r"(parameter), [exit] "i"(SYS_exit_group)
      : "rcx", "r11", "memory", "cc");
  return result;
#elif defined(__aarch64__)  // not measured on this machine
  register unsigned long flags asm("x0") = kFlags;
  register void* stack asm("x1") = stack_end;
  register unsigned long parent_tid asm("x2") = 0;
  register unsigned long tls asm("x3") = 0;
  register unsigned long child_tid asm("x4") = 0;
  register long call asm("x8") = SYS_clone;
  register int (*function)(void*) asm("x20") = run;
  register void* parameter asm("x21") = argument;
  asm volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x21\n\t"
      "blr x20\n\t"
      "mov x8, %[exit]\n\t"
      "svc #0\n"
      "1:"
      : "+r"(flags)
      : "r"(stack), "r"(parent_tid), "r"(tls), "r"(child_tid), "r"(call), "r"(function),
        "r"(parameter), [exit] "i"(SYS_exit_group)
      : "memory", "cc");
  return static_cast<long>(flags);
#else
#error "not an architecture that the tracer knows"
#endif
}

// See KeepInCopies. The tracer and the copy run on the thread-local storage of who asked.
__thread int t_kept[kMostKept];
__thread int t_kept_count = 0;

bool IsKept(rlim_t fd) {
  for (int i = 0; i < t_kept_count; ++i) {
    if (static_cast<rlim_t>(t_kept[i]) == fd) return true;
  }
  return false;
}

// Closes the ranges between those that are kept.
bool CloseRanges() {
#ifdef SYS_close_range
  constexpr unsigned kUnshare = 2;  // CLOSE_RANGE_UNSHARE, which older headers lack
  unsigned first = 0;
  for (int i = 0; i < t_kept_count; ++i) {
    const auto kept = static_cast<unsigned>(t_kept[i]);
    if (kept > first && syscall(SYS_close_range, first, kept - 1, kUnshare) != 0) return false;
    first = kept + 1;
  }
  return syscall(SYS_close_range, first, ~0u, kUnshare) == 0;
#else
  return false;
#endif
}

// Pipes and sockets of the program must not stay open for as long as the scan takes. They may be
// the program's own still (CLONE_FILES), and are then left to it.
void CloseAll() {
  const bool closed = CloseRanges();
  if (!closed && syscall(SYS_unshare, CLONE_FILES) != 0) syscall(SYS_exit_group, errno);
  rlimit limit;
  if (!closed && getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    for (rlim_t fd = 0; fd < limit.rlim_cur && fd < (1u << 20); ++fd) {
      if (!IsKept(fd)) syscall(SYS_close, fd);
    }
  }
  // So that nothing that is opened now is taken for the standard output.
  for (int fd = 0; fd < 3; ++fd) syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
}

// What limits and protects the program is not meant for its copy.
void LeaveLimits() {
  const __rlimit_resource kinds[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE};
  for (const auto kind : kinds) {
    rlimit limit;
    if (getrlimit(kind, &limit) != 0) continue;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(kind, &limit);
  }
  // Where memory runs out, it is the copy that the kernel shall end and not the program.
  const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY, 0);
  if (fd < 0) return;
  syscall(SYS_write, fd, "1000", 4);
  syscall(SYS_close, fd);
}

// Handlers of the program are not for its copies. By hand: sigaction() may be somebody else's.
void LeaveToKernel(int signal) {
  const struct {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)();
    uint64_t mask;
  } by_default = {SIG_DFL, 0, nullptr, 0};
  syscall(SYS_rt_sigaction, signal, &by_default, nullptr, sizeof(by_default.mask));
}

// Memory that somebody else serves (FUSE, userfaultfd) may never come.
void LimitLife() {
  LeaveToKernel(SIGALRM);
  const uint64_t alarm_signal = uint64_t{1} << (SIGALRM - 1);
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &alarm_signal, nullptr, sizeof(alarm_signal));
  alarm(kLongestLifeS);
}

[[noreturn]] void RunChild(const CopyOrder& order, const StoppedWorld& world) {
  // What the program does not live to see nobody reads.
  if (!order.outlives_thread) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != order.process) syscall(SYS_exit_group, ESRCH);
  CloseAll();
  if (order.has_closed != nullptr) {
    __atomic_store_n(order.has_closed, 1u, __ATOMIC_RELEASE);
    syscall(SYS_futex, order.has_closed, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  if (order.outlives_thread) LimitLife();
  LeaveLimits();
  prctl(PR_SET_NAME, "memprof-heap", 0, 0, 0);
  // Should the scan crash, that is no crash of the program: no core, nor a report of one (which the
  // kernel makes even at a limit of 0 where it pipes cores to a program, but not at 1).
  const rlimit no_core = {1, 1};
  setrlimit(RLIMIT_CORE, &no_core);
  const int code = order.in_child(world, order.argument);
  for (;;) syscall(SYS_exit_group, code);
}

void MakeChild(CopyOrder* order, unsigned long flags) {
  const StoppedWorld world =
      order->threads != nullptr ? order->threads->world() : StoppedWorld{nullptr, 0, 0, nullptr};
  // Not fork(): its handlers take the locks of malloc, which a parked thread may hold.
  const long child = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (child == 0) RunChild(*order, world);
  order->child = static_cast<pid_t>(child);
  if (child < 0) order->why_not = kNoChild;
}

int RunTracer(void* argument) {
  auto* const task = static_cast<TracerTask*>(argument);
  // If the program is killed now, nobody says that we may begin.
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != task->order->process) return 1;
  while (__atomic_load_n(&task->may_begin, __ATOMIC_ACQUIRE) == 0) {
    syscall(SYS_futex, &task->may_begin, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
  // Its handlers are not shared. Were SIGCHLD ignored, no stop would be told.
  LeaveToKernel(SIGCHLD);

  // They are copies of the program's, which may have left no number free for what is opened here.
  CloseAll();
  CopyOrder* const order = task->order;
  const int64_t begin = MonotonicNs();
  if (order->threads->Park()) {
    // A child of the program's process, not of this one, which ends.
    MakeChild(order, CLONE_PARENT | kUnnoticed);
  } else {
    order->why_not = kNoList;
  }
  order->threads->Release();
  order->paused_ns = MonotonicNs() - begin;
  task->is_over = true;
  return 0;
}

// The program may close a pipe next and expect its end, or a file, and lock it anew.
void AwaitClosed(uint32_t* has_closed) {
  const int64_t end = MonotonicNs() + kLongestCloseNs;
  while (__atomic_load_n(has_closed, __ATOMIC_ACQUIRE) == 0) {
    const int64_t left = end - MonotonicNs();
    if (left <= 0) return;
    const timespec rest = {left / 1000000000, left % 1000000000};
    syscall(SYS_futex, has_closed, FUTEX_WAIT, 0, &rest, nullptr, 0);
  }
}

void AwaitEnd(pid_t tracer) {
  while (syscall(SYS_wait4, tracer, nullptr, __WCLONE, nullptr) < 0 && errno == EINTR) {
  }
}

}  // namespace

void KeepInCopies(const int* descriptors, int count) noexcept {
  for (int i = 0; i < count; ++i) t_kept[i] = descriptors[i];
  t_kept_count = count;
}

void CopyByTracer(CopyOrder* order) noexcept {
  auto* const stack = static_cast<char*>(ReserveMemory(kStackBytes));
  if (stack == nullptr) {
    order->why_not = kNoStack;
    return;
  }
  syscall(SYS_mprotect, stack, kGuardBytes, PROT_NONE);
  TracerTask task = {order, 0, false};
  const long tracer = CloneOnStack(stack + kStackBytes, &RunTracer, &task);
  if (tracer < 0) {
    order->why_not = kNoTracer;
  } else {
    // Where only ancestors may trace (Yama) it must be allowed; elsewhere this is an error. It ends
    // an earlier permission of the program's, which cannot be asked for.
    prctl(PR_SET_PTRACER, tracer, 0, 0, 0);
    __atomic_store_n(&task.may_begin, 1u, __ATOMIC_RELEASE);
    syscall(SYS_futex, &task.may_begin, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    AwaitEnd(static_cast<pid_t>(tracer));
    if (!task.is_over && order->child < 0) order->why_not = kKilled;
  }
  ReleaseMemory(stack, kStackBytes);
}

void CopyAlone(CopyOrder* order) noexcept {
  const int64_t begin = MonotonicNs();
  const long page = syscall(SYS_mmap, nullptr, sizeof(uint32_t), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page != -1) order->has_closed = reinterpret_cast<uint32_t*>(page);
  MakeChild(order, CLONE_FILES | kUnnoticed);
  if (page != -1) {
    if (order->child > 0) AwaitClosed(order->has_closed);
    syscall(SYS_munmap, page, sizeof(uint32_t));
    order->has_closed = nullptr;
  }
  order->paused_ns = MonotonicNs() - begin;
}

}  // namespace memprof
