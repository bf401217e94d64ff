// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_CALLS_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_CALLS_H_

#include <stddef.h>
#include <stdint.h>

/// The way of a call of the pair table's functions through us. The name is not interposed, for only
/// the table knows it: the callers' tables of addresses (GOT) are written over at load (see
/// pair_relocations.h), with the address of a thunk:
///
///     caller ─► thunk 17 ─► memprof_pair_call ─► EnterPairCall
///                                │                 release: forget the object
///                                ▼
///                          the function            by a jump where nothing is to be done after it,
///                                │                 else by a call
///                                ▼
///                          LeavePairCall           acquire: remember the object
///
/// The caller's return address stays where it is. A call that is waited for has a frame between,
/// with call-frame information: exceptions, pthread_exit and longjmp pass it, and then nothing was
/// acquired. The caller's frame is copied for the callee to find its arguments there: at least 64
/// words, and as many as call-frame information says, up to 4 KiB.
namespace memprof {

constexpr uint32_t kPairThunks = 512;

/// The address to call instead of `function` where that is at `target`; the same for the same. Null
/// where no thunk is left, and on machines other than x86-64. Not thread-safe.
void* PairThunkFor(uint32_t function, void* target) noexcept;

/// Whether the address is one of the thunks.
bool IsPairThunk(const void* address) noexcept;

#if defined(__x86_64__)

/// What pair_thunks.cc keeps of one call, on the stack. The offsets are written there.
struct PairCall {
  uint64_t integers[6];  ///< rdi, rsi, rdx, rcx, r8, r9
  uint64_t rax;          ///< how many vector registers a variadic call uses
  uint64_t r10;
  uint64_t vectors[8][2];  ///< xmm0 to xmm7; behind the call its results in xmm0 and xmm1
  void* target;
  uint64_t result;  ///< rax and rdx behind the call
  uint64_t more_result;
  uint64_t moment;
  uint64_t handle;  ///< of what was released
  uint32_t function;
  uint32_t origin;
  uint64_t was_released;
  uint64_t unused[3];
};
static_assert(offsetof(PairCall, vectors) == 64, "pair_thunks.cc says so");
static_assert(offsetof(PairCall, target) == 192, "pair_thunks.cc says so");
static_assert(offsetof(PairCall, result) == 200, "pair_thunks.cc says so");
static_assert(sizeof(PairCall) == 272, "pair_thunks.cc says so; it keeps the stack aligned");

#endif

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_PAIR_CALLS_H_
