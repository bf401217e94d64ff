// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WALK_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WALK_H_

#include <stdint.h>

#include "gtest_plugin/unwind/stack_words.h"

namespace memprof {

/// Where a hooked function returns to.
struct CallerFrame {
  uintptr_t pc;  ///< its return address
  uintptr_t sp;  ///< the stack pointer after its return
  uintptr_t bp;  ///< its caller's rbp
};

/// The caller of the function that this is written in, which gets a frame pointer by it. Must be
/// called before the function has changed the stack other than by its own frame.
__attribute__((always_inline)) inline CallerFrame FrameOfCaller() noexcept {
  // Both of x86-64 and AArch64: the caller's frame pointer, and above it the return address.
  const uintptr_t* const frame = static_cast<const uintptr_t*>(__builtin_frame_address(0));
  const uintptr_t pc =
      reinterpret_cast<uintptr_t>(__builtin_extract_return_addr(__builtin_return_address(0)));
  return {pc, reinterpret_cast<uintptr_t>(frame + 2), frame[0]};
}

struct WalkResult {
  uint32_t frames;  ///< return addresses stored, at least 1
  uint32_t flags;   ///< record::StackFlags
};

constexpr uint32_t kMaxFrames = 64;

/// Walks the calling thread's stack by call-frame information and stores the return addresses,
/// innermost first; the first is `from.pc`. As libgcc's unwinder it ends at the function without
/// a caller, or where there is no information (kStackIncomplete); a stack of more than kMaxFrames
/// is cut (kStackCut).
///
/// `words`, where not null, gets the words that determined the walk, for a StackMemo.
///
/// Takes no memory, and with glibc 2.35 and later no lock, may be called in malloc, in signal
/// handlers, before constructors and on stacks that the C library doesn't know. Information that is
/// wrong, or a stack that was written over, ends the walk early and does no harm.
///
/// On machines other than x86-64 the frame pointers are followed, and it ends where they do.
WalkResult WalkStack(const CallerFrame& from, uintptr_t* return_addresses,
                     StackWords* words = nullptr) noexcept;

/// Forgets what was learnt about code: to be called after dlclose and dlopen, and by whoever unmaps
/// code. Invalidates every StackMemo's entries as well.
void FlushUnwindCaches() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WALK_H_
