// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/own_stack.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of the dynamic loader; weak, for musl has none.
extern "C" void* __libc_stack_end __attribute__((weak));

namespace memprof {
namespace own_stack_internal {

__attribute__((tls_model("initial-exec"))) __thread OwnStack t_own_stack;

}  // namespace own_stack_internal

namespace {

using own_stack_internal::t_own_stack;

/// What was tried to be joined to the own stack, in vain: a gap follows it. So a coroutine asks for
/// each of its pages once, and not at each walk.
__attribute__((tls_model("initial-exec"))) __thread OwnStack t_foreign;

constexpr uintptr_t kFarthest = uintptr_t{64} << 20;

uintptr_t PageOf(uintptr_t address) { return address & ~(kLeastPage - 1); }

/// A signal handler may come between the two stores, and must not find a range that is too large.
void Publish(OwnStack* stack, uintptr_t low, uintptr_t end) {
  if (low > stack->low && stack->size != 0) __atomic_store_n(&stack->size, 0, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(&stack->low, low, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(&stack->size, end - low, __ATOMIC_RELAXED);
}

/// Where the main thread's stack ends, or 0 where the C library doesn't say.
uintptr_t MainEnd() {
  return &__libc_stack_end != nullptr ? reinterpret_cast<uintptr_t>(__libc_stack_end) : 0;
}

/// Where the stack that holds `sp` ends if it is the thread's own, else 0. By distance alone: what
/// lies between is still to be looked at.
uintptr_t OwnEnd(uintptr_t sp) {
  const uintptr_t ends[] = {MainEnd(), reinterpret_cast<uintptr_t>(__builtin_thread_pointer())};
  for (const uintptr_t end : ends) {
    if (sp < end && end - sp < kFarthest) return end;
  }
  return 0;
}

}  // namespace

bool IsReadable(uintptr_t address) noexcept {
  if (address < kLeastPage) return false;  // null would mean to the kernel that there is no mask
  // The kernel copies the mask in before it looks at the first argument, which is no valid one.
  constexpr long kNoSuchChange = -1;
#if defined(__x86_64__)
  long result;
  register long size __asm__("r10") = 8;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(SYS_rt_sigprocmask), "D"(kNoSuchChange), "S"(address), "d"(0), "r"(size)
                   : "rcx", "r11", "memory");
  return result != -EFAULT;
#else
  const int saved = errno;
  const long result = syscall(SYS_rt_sigprocmask, kNoSuchChange, address, nullptr, 8);
  const bool readable = result == 0 || errno != EFAULT;
  errno = saved;
  return readable;
#endif
}

namespace own_stack_internal {

bool Extend(uintptr_t sp) noexcept {
  if (t_foreign.Holds(sp)) return false;
  const uintptr_t end = OwnEnd(sp);
  if (end == 0) return false;
  bool known = t_own_stack.size != 0;
  if (known && t_own_stack.end() != end) {
    // The main thread may have come here first on another stack, one that reached its thread
    // pointer without a gap. Only its real stack corrects that.
    if (end != MainEnd()) return false;
    known = false;
  }
  const uintptr_t target = known ? t_own_stack.low : PageOf(end - 1);
  for (uintptr_t page = PageOf(sp); page < target; page += kLeastPage) {
    const bool joins_foreign = t_foreign.Holds(page);
    if (joins_foreign || !IsReadable(page)) {
      Publish(&t_foreign, PageOf(sp), joins_foreign ? t_foreign.end() : page);
      return false;
    }
  }
  Publish(&t_own_stack, PageOf(sp) < target ? PageOf(sp) : target, end);
  return true;
}

}  // namespace own_stack_internal
}  // namespace memprof
