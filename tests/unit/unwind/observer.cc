// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/unwind/observer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

#include <new>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/unwind/stack_memo.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace memprof {
namespace {

struct Trace {
  uintptr_t pcs[kMaxFrames];
  uint32_t frames;
};

/// libgcc's frames from the one that will go on at (pc, sp).
struct Reference {
  CallerFrame from;
  Trace trace;
  bool more;
};

_Unwind_Reason_Code OnFrame(_Unwind_Context* context, void* data) {
  auto* const reference = static_cast<Reference*>(data);
  Trace& trace = reference->trace;
  const uintptr_t pc = _Unwind_GetIP(context);
  if (trace.frames == 0 &&
      (pc != reference->from.pc || _Unwind_GetCFA(context) != reference->from.sp)) {
    return _URC_NO_REASON;
  }
  if (pc == 0) return _URC_END_OF_STACK;  // how it says that there is no caller
  if (trace.frames == kMaxFrames) {
    reference->more = true;
    return _URC_END_OF_STACK;
  }
  trace.pcs[trace.frames++] = pc;
  return _URC_NO_REASON;
}

constexpr uint32_t kMaxKept = 20000;
Trace g_kept[kMaxKept];  // numbered by what the memo's entries say
uint32_t g_kept_count;
StackMemo* g_memo;
thread_local StackMemo* t_memo;
thread_local bool t_busy;
bool g_observes;
Observed g_seen;
char g_first[8192];

bool Same(const Trace& a, const Trace& b) {
  return a.frames == b.frames && memcmp(a.pcs, b.pcs, a.frames * sizeof(uintptr_t)) == 0;
}

void Describe(const Trace& ours, const Trace& reference) {
  size_t at = 0;
  for (uint32_t i = 0; i < ours.frames || i < reference.frames; ++i) {
    if (at + 64 > sizeof g_first) break;
    at += static_cast<size_t>(snprintf(g_first + at, sizeof g_first - at, "%2u %16zx %16zx\n", i,
                                       i < ours.frames ? ours.pcs[i] : 0,
                                       i < reference.frames ? reference.pcs[i] : 0));
  }
}

void AskMemo(const CallerFrame& from, const Trace& walked, const StackWords& words) {
  if (t_memo == nullptr) return;
  if (const StackMemo::Entry* const entry = t_memo->Find(from)) {
    ++g_seen.hits;
    if (!Same(g_kept[entry->user.stack], walked)) ++g_seen.wrong_hits;
  } else if (g_kept_count < kMaxKept) {
    g_kept[g_kept_count] = walked;
    t_memo->Insert(from, words, {nullptr, g_kept_count++});
  }
}

void ObserveFrom(const CallerFrame& from) {
  if (t_busy) return;
  t_busy = true;
  Trace ours;
  StackWords words;
  const WalkResult result = WalkStack(from, ours.pcs, &words);
  ours.frames = result.frames;
  Reference reference = {from, {{}, 0}, false};
  _Unwind_Backtrace(OnFrame, &reference);
  Trace without_words;
  const WalkResult again = WalkStack(from, without_words.pcs);
  without_words.frames = again.frames;
  const bool same = Same(ours, reference.trace) && Same(ours, without_words) &&
                    again.flags == result.flags &&
                    reference.more == ((result.flags & record::kStackCut) != 0);
  if (!same && g_seen.differences++ == 0) Describe(ours, reference.trace);
  ++g_seen.stacks;
  g_seen.incomplete += (result.flags & record::kStackIncomplete) != 0;
  g_seen.cut += (result.flags & record::kStackCut) != 0;
  if (static_cast<int>(ours.frames) > g_seen.most_frames) {
    g_seen.most_frames = static_cast<int>(ours.frames);
  }
  AskMemo(from, ours, words);
  t_busy = false;
}

}  // namespace

void BeginObserving(bool allocations) {
  if (g_memo == nullptr) {
    g_memo = static_cast<StackMemo*>(mmap(nullptr, sizeof(StackMemo), PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  }
  g_memo->Clear();
  t_memo = g_memo;
  g_kept_count = 0;
  g_first[0] = '\0';
  g_seen = {};
  g_observes = allocations;
}

Observed EndObserving() {
  g_observes = false;
  t_memo = nullptr;
  Observed seen = g_seen;
  seen.first = g_first;
  return seen;
}

__attribute__((noinline)) void Observe() { ObserveFrom(FrameOfCaller()); }

}  // namespace memprof

// Allocations within libstdc++ are as good a place as any to look at the stack.
__attribute__((noinline)) void* operator new(size_t size) {
  if (memprof::g_observes) memprof::ObserveFrom(memprof::FrameOfCaller());
  void* const block = malloc(size != 0 ? size : 1);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept { free(block); }
void operator delete(void* block, size_t /*size*/) noexcept { free(block); }
