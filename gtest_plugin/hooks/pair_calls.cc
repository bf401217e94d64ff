// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/pair_calls.h"

#if defined(__x86_64__)

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/pair_relocations.h"
#include "gtest_plugin/tracker/pair_table.h"
#include "gtest_plugin/tracker/pairs.h"
#include "gtest_plugin/unwind/rule_cache.h"
#include "gtest_plugin/unwind/stack_walk.h"

#define MEMPROF_FOR_THUNKS extern "C" __attribute__((used, visibility("hidden")))

extern "C" __attribute__((visibility("hidden"))) const char memprof_pair_thunks[];
extern "C" __attribute__((visibility("hidden"))) const char memprof_pair_thunks_end[];

namespace memprof {
namespace {

constexpr size_t kThunkBytes = 16;

struct Thunk {
  void* target;
  uint32_t function;
};
Thunk g_thunks[kPairThunks];
uint32_t g_thunk_count = 0;

// Words above the caller's stack pointer that are copied; even, to keep the stack aligned. Not
// more, for a coroutine's stack has little room, and its frame may hold a buffer.
constexpr uintptr_t kLeastWords = 64;
constexpr uintptr_t kMostWords = 512;
constexpr uintptr_t kPage = 4096;
constexpr uint64_t kJump = ~uint64_t{0};

CallerFrame CallerOf(const uintptr_t* frame) {
  return {frame[1], reinterpret_cast<uintptr_t>(frame + 2), frame[0]};
}

bool IsReadable(uintptr_t address) {
  // The kernel reads the set before it refuses the request.
  const long result = syscall(SYS_rt_sigprocmask, ~0l, address, nullptr, 8);
  return result != 0 && errno != EFAULT;
}

// The arguments lie in the caller's own frame, whose size its call-frame information says. Where it
// has none, or stale, they are within the least that is copied.
uint64_t WordsToCopy(const CallerFrame& caller) {
  uintptr_t words = kLeastWords;
  const FrameRule rule = RuleAt(caller.pc - 1);
  if (rule.is_simple()) {
    const uintptr_t cfa =
        (rule.kind() == FrameRule::kCfaFromBp ? caller.bp : caller.sp) + rule.offset();
    const uintptr_t frame_words = (cfa - caller.sp) / sizeof(uintptr_t);
    if (cfa > caller.sp && frame_words > words) {
      words = frame_words < kMostWords ? frame_words : kMostWords;
    }
  }
  // A stack may end with its first frame's caller, as coroutines' do.
  const uintptr_t end = caller.sp + words * sizeof(uintptr_t);
  for (uintptr_t page = (caller.sp / kPage + 1) * kPage; page < end; page += kPage) {
    if (!IsReadable(page)) {
      words = (page - caller.sp) / sizeof(uintptr_t);
      break;
    }
  }
  return words & ~uint64_t{1};
}

uint64_t HandleAt(const PairedFunction& function, const PairCall& call) {
  if (function.place == PairedFunction::kReturned) return call.result;
  const uint64_t argument = call.integers[function.argument];
  if (function.place == PairedFunction::kArgument || argument == 0) return argument;
  return *reinterpret_cast<const uint64_t*>(argument);
}

bool DoesCount(const PairedFunction& function, const PairCall& call) {
  if (function.counts == PairedFunction::kAlways) return true;
  const bool is_zero = static_cast<uint32_t>(call.result) == 0;
  return is_zero == (function.counts == PairedFunction::kIfZero);
}

}  // namespace

void* PairThunkFor(uint32_t function, void* target) noexcept {
  uint32_t number = 0;
  while (number < g_thunk_count &&
         (g_thunks[number].function != function || g_thunks[number].target != target)) {
    ++number;
  }
  if (number == kPairThunks) return nullptr;
  if (number == g_thunk_count) {
    g_thunks[number] = {target, function};
    ++g_thunk_count;
  }
  return const_cast<char*>(memprof_pair_thunks) + number * kThunkBytes;
}

bool IsPairThunk(const void* address) noexcept {
  return address >= memprof_pair_thunks && address < memprof_pair_thunks_end;
}

}  // namespace memprof

// `frame` is that of memprof_pair_call: its caller's rbp, and above it the return address. Returns
// how many words to copy, or kJump.
MEMPROF_FOR_THUNKS uint64_t memprof_enter_pair_call(uint32_t thunk, memprof::PairCall* call,
                                                    const uintptr_t* frame) {
  using namespace memprof;
  const int saved = errno;
  LookForPairCallersIfDue();
  call->target = g_thunks[thunk].target;
  call->function = g_thunks[thunk].function;
  call->was_released = 0;
  const PairedFunction& function = g_pair_functions[call->function];
  bool is_done = false;
  if (function.role == record::kReleases) {
    // Before the call: behind it another thread may get the same handle.
    call->handle = HandleAt(function, *call);
    const ReleasedObject released = ReleaseObject(function.kind, call->handle);
    call->was_released = released.was_there ? 1 : 0;
    call->origin = released.origin;
    is_done = !released.was_there || function.counts == PairedFunction::kAlways;
  } else {
    call->moment = PairMoment();
  }
  const uint64_t words = is_done ? kJump : WordsToCopy(CallerOf(frame));
  errno = saved;
  return words;
}

MEMPROF_FOR_THUNKS void memprof_leave_pair_call(memprof::PairCall* call, const uintptr_t* frame) {
  using namespace memprof;
  const int saved = errno;
  const PairedFunction& function = g_pair_functions[call->function];
  const bool counts = DoesCount(function, *call);
  if (function.role == record::kReleases) {
    // It is still there, and who acquired it is who did.
    if (!counts) AcquireObject(function.kind, call->handle, call->origin);
  } else if (counts) {
    const uint64_t handle = HandleAt(function, *call);
    if (handle != 0)
      AcquireObject(function.kind, handle, OriginHere(CallerOf(frame)), call->moment);
  }
  errno = saved;
}

#else

namespace memprof {

void* PairThunkFor(uint32_t, void*) noexcept { return nullptr; }
bool IsPairThunk(const void*) noexcept { return false; }

}  // namespace memprof

#endif
