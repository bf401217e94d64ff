// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/sanitizer_hooks.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <valgrind/valgrind.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/trace/environment.h"
#include "gtest_plugin/trace/traced_block.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/first_allocation.h"
#include "gtest_plugin/unwind/stack_walk.h"

// The heap of a program that is built with a sanitizer. Its runtime answers malloc and comes before
// us, so that the hooks of heap_hooks.cc are never called; but it calls whoever asks to be told of
// blocks, also a library that it was not linked with:
//
//     program ─► the runtime's malloc ─► OnRuntimeAllocate ─► the same counters and trace
//
// Whether it tells of all is found out by trying. The runtime must not be asked about a pointer
// that it does not own: it ends the program for that, and the program's own double free, which it
// is about to report, comes by here first.

namespace memprof {
namespace {

using MallocHook = void (*)(const volatile void*, size_t);
using FreeHook = void (*)(const volatile void*);

int (*g_owns)(const volatile void*) = nullptr;
size_t (*g_allocated_size)(const volatile void*) = nullptr;
bool g_tells = false;

/// What the runtime told while it was tried, on the thread that tries.
struct Tally {
  int blocks;
  size_t bytes;
};
__attribute__((tls_model("initial-exec"))) __thread Tally* t_tally = nullptr;

template <class Function>
bool Find(const char* name, Function* function) {
  void* const found = dlsym(RTLD_DEFAULT, name);
  if (found == nullptr) dlerror();
  memcpy(function, &found, sizeof(found));
  return found != nullptr;
}

size_t SizeAsRuntimeHasIt(void* block) { return g_owns(block) != 0 ? g_allocated_size(block) : 0; }

ThreadTrace* Trace() { return t_trace != nullptr || !IsTracing() ? t_trace : AttachThread(); }

void OnRuntimeAllocate(const volatile void* told, size_t size) {
  const CallerFrame from = FrameOfCaller();
  void* const block = const_cast<void*>(told);
  if (__builtin_expect(t_tally != nullptr, 0)) {
    t_tally->blocks += 1;
    t_tally->bytes += size;
    return;
  }
  if (!g_tells || block == nullptr) return;
  ThreadTrace* const trace = Trace();
  if (trace != nullptr) {
    AllocateTraced(trace, block, size, from);
  } else if (IsTracing()) {
    AllocateUntraced(block);
  } else {
    if (counters_internal::t_off_fast_path) NoteFirstAllocation(from);
    OnAllocate(block);
  }
}

void OnRuntimeFree(const volatile void* told) {
  void* const block = const_cast<void*>(told);
  if (block == nullptr) return;
  if (__builtin_expect(t_tally != nullptr, 0)) {
    t_tally->blocks -= 1;
    t_tally->bytes -= SizeAsRuntimeHasIt(block);
    return;
  }
  if (!g_tells || g_owns(block) == 0) return;
  ThreadTrace* const trace = Trace();
  if (trace != nullptr) {
    FreeTraced(trace, block);
  } else if (IsTracing()) {
    FreeUntraced(block);
  } else {
    OnFree(block);
  }
}

/// The runtime's functions, by name: a compiler leaves out what it sees us make and free.
struct RuntimeHeap {
  void* (*malloc)(size_t);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void (*free)(void*);

  bool FindAll() {
    return Find("malloc", &malloc) && Find("calloc", &calloc) && Find("realloc", &realloc) &&
           Find("aligned_alloc", &aligned_alloc) && Find("posix_memalign", &posix_memalign) &&
           Find("free", &free);
  }
};

bool TellsOfAll(const RuntimeHeap& heap) {
  Tally told = {0, 0};
  t_tally = &told;
  const auto holds = [&told](int blocks, size_t bytes) {
    return told.blocks == blocks && told.bytes == bytes;
  };
  void* block = heap.malloc(40);
  bool exact = holds(1, 40);
  block = heap.realloc(block, 5000);
  exact = exact && holds(1, 5000);
  heap.free(block);
  exact = exact && holds(0, 0);
  block = heap.realloc(nullptr, 60);
  exact = exact && holds(1, 60);
  heap.free(block);
  block = heap.calloc(3, 7);
  exact = exact && holds(1, 21);
  heap.free(block);
  block = heap.aligned_alloc(64, 128);
  exact = exact && holds(1, 128);
  heap.free(block);
  if (heap.posix_memalign(&block, 64, 72) == 0) {
    exact = exact && holds(1, 72);
    heap.free(block);
  }
  exact = exact && holds(0, 0);
  t_tally = nullptr;
  return exact;
}

// After the constructors that look up what is hooked, before those of the program.
__attribute__((constructor(102))) void AskToBeTold() {
  int (*install)(MallocHook, FreeHook) = nullptr;
  RuntimeHeap heap = {};
  // UndefinedBehaviorSanitizer's runtime has the first function too, and no heap.
  if (RUNNING_ON_VALGRIND || EarlyEnvironmentIs("MEMPROF", "off") ||
      !Find("__sanitizer_get_ownership", &g_owns) ||
      !Find("__sanitizer_get_allocated_size", &g_allocated_size) ||
      !Find("__sanitizer_install_malloc_and_free_hooks", &install) || !heap.FindAll()) {
    return;
  }
  ResolveHeapFunctions();
  g_sizes_from_chunk_header = false;
  g_heap.usable_size = &SizeAsRuntimeHasIt;
  AttachThread();  // our own malloc, which decides about tracing else, is not called
  if (install(&OnRuntimeAllocate, &OnRuntimeFree) == 0) return;
  g_tells = TellsOfAll(heap);
}

}  // namespace

bool SanitizerTellsOfHeap() noexcept { return g_tells; }

}  // namespace memprof
