// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/trace/heap_observer.h"

#include <stdio.h>
#include <string.h>
#include <unwind.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/record/format.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

/// Our own frames, the hook's and what lies below its caller.
constexpr uint32_t kInnerFrames = 8;

struct Reference {
  uintptr_t pcs[kMaxFrames + kInnerFrames];
  uint32_t frames;
};

struct Sums {
  uint64_t compared;
  uint64_t different;
  uint64_t cut;
  uint64_t incomplete;
  uint64_t most_frames;
};
Sums g_sums;
char g_first[8192];

__attribute__((tls_model("initial-exec"))) __thread Reference t_reference;
__attribute__((tls_model("initial-exec"))) __thread bool t_is_pending;

HeapFunctions g_real;

void Increase(uint64_t& sum) { __atomic_add_fetch(&sum, 1, __ATOMIC_RELAXED); }

_Unwind_Reason_Code OnFrame(_Unwind_Context* context, void*) {
  const uintptr_t pc = _Unwind_GetIP(context);
  // No pc is how it says that there is no caller.
  if (pc == 0 || t_reference.frames == kMaxFrames + kInnerFrames) return _URC_END_OF_STACK;
  t_reference.pcs[t_reference.frames++] = pc;
  return _URC_NO_REASON;
}

void Describe(const StackTable::Entry& ours, uint32_t inner) {
  size_t at = 0;
  for (uint32_t i = 0; i < ours.frames || inner + i < t_reference.frames; ++i) {
    if (at + 64 > sizeof(g_first)) return;
    at += static_cast<size_t>(
        snprintf(g_first + at, sizeof(g_first) - at, "%2u %16zx %16zx\n", i,
                 i < ours.frames ? ours.addresses[i] : 0,
                 inner + i < t_reference.frames ? t_reference.pcs[inner + i] : 0));
  }
}

bool IsSame(const StackTable::Entry& ours, uint32_t inner) {
  const uint32_t theirs = t_reference.frames - inner;
  const bool is_cut = (ours.flags & record::kStackCut) != 0;
  if (is_cut ? theirs <= ours.frames && t_reference.frames < kMaxFrames + kInnerFrames
             : theirs != ours.frames) {
    return false;
  }
  const uint32_t common = theirs < ours.frames ? theirs : ours.frames;
  return memcmp(ours.addresses, t_reference.pcs + inner, common * sizeof(uintptr_t)) == 0;
}

// What the thread allocated last against what libgcc saw then.
void CompareLast() {
  if (!t_is_pending) return;
  t_is_pending = false;
  // A thread that has ended for the trace, or that allocates within it.
  if (t_trace == nullptr || t_trace->last_site == nullptr) return;
  StackTable::Entry& ours = g_tables.stacks[t_trace->last_site->site.stack];
  uint32_t inner = 0;
  while (inner < kInnerFrames && inner < t_reference.frames &&
         t_reference.pcs[inner] != ours.addresses[0]) {
    ++inner;
  }
  Increase(g_sums.compared);
  if ((ours.flags & record::kStackCut) != 0) Increase(g_sums.cut);
  if ((ours.flags & record::kStackIncomplete) != 0) Increase(g_sums.incomplete);
  if (ours.frames > g_sums.most_frames) g_sums.most_frames = ours.frames;
  if (IsSame(ours, inner)) return;
  if (__atomic_fetch_add(&g_sums.different, 1, __ATOMIC_RELAXED) == 0) Describe(ours, inner);
}

void Look() {
  CompareLast();
  if (t_trace == nullptr) return;
  t_reference.frames = 0;
  _Unwind_Backtrace(OnFrame, nullptr);
  t_is_pending = true;
}

void* Malloc(size_t size) {
  Look();
  return g_real.malloc(size);
}
void* Calloc(size_t count, size_t size) {
  Look();
  return g_real.calloc(count, size);
}
void* Realloc(void* block, size_t size) {
  if (size != 0) Look();  // else it is a free
  return g_real.realloc(block, size);
}
void* Memalign(size_t alignment, size_t size) {
  Look();
  return g_real.memalign(alignment, size);
}
void* AlignedAlloc(size_t alignment, size_t size) {
  Look();
  return g_real.aligned_alloc(alignment, size);
}
int PosixMemalign(void** out, size_t alignment, size_t size) {
  Look();
  return g_real.posix_memalign(out, alignment, size);
}

}  // namespace

void ObserveHeap() {
  // libgcc may allocate when it unwinds for the first time.
  _Unwind_Backtrace(OnFrame, nullptr);
  g_real = g_heap;
  g_heap.malloc = &Malloc;
  g_heap.calloc = &Calloc;
  g_heap.realloc = &Realloc;
  g_heap.memalign = &Memalign;
  g_heap.aligned_alloc = &AlignedAlloc;
  g_heap.posix_memalign = &PosixMemalign;
}

ComparedStacks StacksComparedSoFar() {
  return {g_sums.compared,   g_sums.different,   g_sums.cut,
          g_sums.incomplete, g_sums.most_frames, g_first};
}

}  // namespace memprof
