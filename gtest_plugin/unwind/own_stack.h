// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_OWN_STACK_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_OWN_STACK_H_

#include <stdint.h>

namespace memprof {

/// [low, low + size): the part of the calling thread's own stack that was seen to be readable. It
/// ends at the thread pointer, below which the C library lays a thread's stack, or for the main
/// thread at __libc_stack_end, and it stays mapped while the thread lives.
struct OwnStack {
  uintptr_t low;
  uintptr_t size;

  bool Holds(uintptr_t address) const { return address - low < size; }
  uintptr_t end() const { return low + size; }
};

#pragma GCC visibility push(hidden)
namespace own_stack_internal {
extern __attribute__((tls_model("initial-exec"))) __thread OwnStack t_own_stack;

bool Extend(uintptr_t sp) noexcept;
}  // namespace own_stack_internal
#pragma GCC visibility pop

/// The calling thread's own stack if `sp` lies within; else size 0: an alternate signal stack, a
/// coroutine's, or one more than 64 MiB deeper than any before. Costs some system calls when `sp`
/// is on a deeper page than ever before.
inline OwnStack OwnStackAt(uintptr_t sp) noexcept {
  using namespace own_stack_internal;
  if (__builtin_expect(!t_own_stack.Holds(sp), 0) && !Extend(sp)) return {sp, 0};
  return t_own_stack;
}

/// Whether the aligned word at `address` can be read, by asking the kernel: about 100 ns.
bool IsReadable(uintptr_t address) noexcept;

/// Granularity of IsReadable: no machine has smaller pages.
constexpr uintptr_t kLeastPage = 4096;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_OWN_STACK_H_
