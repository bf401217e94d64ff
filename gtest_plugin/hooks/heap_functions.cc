// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/heap_functions.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>

#include "gtest_plugin/hooks/hooks.h"

// glibc's own entry points. dlsym may allocate (its error text does) while the table is empty.
extern "C" {
void* __libc_malloc(size_t);
void __libc_free(void*);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace memprof {
namespace {

__attribute__((tls_model("initial-exec"))) __thread bool t_resolving = false;

// The lazy forwarders: what the table holds until the first call.
void* LazyMalloc(size_t size) {
  if (t_resolving) return __libc_malloc(size);
  ResolveHeapFunctions();
  return g_heap.malloc(size);
}
void LazyFree(void* block) {
  if (t_resolving) return __libc_free(block);
  ResolveHeapFunctions();
  g_heap.free(block);
}
void* LazyCalloc(size_t count, size_t size) {
  if (t_resolving) return __libc_calloc(count, size);
  ResolveHeapFunctions();
  return g_heap.calloc(count, size);
}
void* LazyRealloc(void* block, size_t size) {
  if (t_resolving) return __libc_realloc(block, size);
  ResolveHeapFunctions();
  return g_heap.realloc(block, size);
}
void* LazyMemalign(size_t alignment, size_t size) {
  if (t_resolving) return __libc_memalign(alignment, size);
  ResolveHeapFunctions();
  return g_heap.memalign(alignment, size);
}
void* LazyAlignedAlloc(size_t alignment, size_t size) {
  ResolveHeapFunctions();
  return g_heap.aligned_alloc(alignment, size);
}
int LazyPosixMemalign(void** out, size_t alignment, size_t size) {
  ResolveHeapFunctions();
  return g_heap.posix_memalign(out, alignment, size);
}
void* LazyValloc(size_t size) {
  ResolveHeapFunctions();
  return g_heap.valloc(size);
}
void* LazyPvalloc(size_t size) {
  ResolveHeapFunctions();
  return g_heap.pvalloc(size);
}
// Before anything is resolved there is no block that a size could be asked of but glibc's.
size_t LazyUsableSize(void* block) { return ChunkBytes(ChunkWord(block)); }

size_t (*g_next_usable_size)(void*) = &LazyUsableSize;
size_t UsableSizeOfOther(void* block) {
  const bool was_asking = t_asking_size;
  t_asking_size = true;
  const size_t bytes = g_next_usable_size(block);
  t_asking_size = was_asking;
  return bytes;
}

template <class Function>
void Assign(Function& slot, const char* name, Function fallback) {
  void* found = NextSymbol(name);
  Function function = fallback;
  if (found != nullptr) memcpy(&function, &found, sizeof(function));
  __atomic_store_n(&slot, function, __ATOMIC_RELEASE);
}

bool ChunkHeaderTellsSizes() {
  // A page's worth of classes, and one block that gets a mapping of its own.
  static const size_t kSizes[] = {1, 24, 25, 100, 1000, 4096, 100000, 1u << 20};
  for (const size_t size : kSizes) {
    void* block = g_heap.malloc(size);
    if (block == nullptr) return false;
    const size_t word = ChunkWord(block);
    const size_t bytes = ChunkBytes(word) - ((word & 2) != 0 ? sizeof(size_t) : 0);
    const bool same = bytes == g_heap.usable_size(block);
    g_heap.free(block);
    if (!same) return false;
  }
  return true;
}

// By a name that no allocator takes over: tcmalloc and mimalloc define __libc_malloc as well.
bool IsGlibc(void* function) {
  Dl_info info;
  if (dladdr(function, &info) == 0) return false;
  Dl_info libc;
  if (dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &libc) == 0) return false;
  return info.dli_fbase == libc.dli_fbase;
}

// The allocator's library, from its first byte to behind its last.
uintptr_t g_allocator_begin = 0;
uintptr_t g_allocator_end = 0;

int FindAllocator(dl_phdr_info* info, size_t, void*) {
  uintptr_t begin = UINTPTR_MAX;
  uintptr_t end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type == PT_INTERP) return 0;  // the program
    if (header.p_type != PT_LOAD) continue;
    const uintptr_t first = info->dlpi_addr + header.p_vaddr;
    if (first < begin) begin = first;
    if (first + header.p_memsz > end) end = first + header.p_memsz;
  }
  const auto allocator = reinterpret_cast<uintptr_t>(g_heap.malloc);
  if (allocator < begin || allocator >= end) return 0;
  g_allocator_begin = begin;
  g_allocator_end = end;
  return 1;
}

__attribute__((constructor(101))) void FindOtherAllocator() {
  ResolveHeapFunctions();
  if (!IsGlibc(reinterpret_cast<void*>(g_heap.malloc))) dl_iterate_phdr(&FindAllocator, nullptr);
}

}  // namespace

HeapFunctions g_heap = {LazyMalloc,   LazyFree,         LazyCalloc,        LazyRealloc,
                        LazyMemalign, LazyAlignedAlloc, LazyPosixMemalign, LazyValloc,
                        LazyPvalloc,  LazyUsableSize};
bool g_sizes_from_chunk_header = false;
__attribute__((tls_model("initial-exec"))) __thread bool t_asking_size = false;

bool IsOfAllocator(uintptr_t pc) noexcept {
  return pc - g_allocator_begin < g_allocator_end - g_allocator_begin;
}

void ResolveHeapFunctions() noexcept {
  static bool resolved = false;
  if (__atomic_load_n(&resolved, __ATOMIC_ACQUIRE) || t_resolving) return;
  t_resolving = true;
  Assign(g_heap.malloc, "malloc", &__libc_malloc);
  Assign(g_heap.free, "free", &__libc_free);
  Assign(g_heap.calloc, "calloc", &__libc_calloc);
  Assign(g_heap.realloc, "realloc", &__libc_realloc);
  Assign(g_heap.memalign, "memalign", &__libc_memalign);
  Assign(g_heap.aligned_alloc, "aligned_alloc", &__libc_memalign);
  Assign(g_heap.posix_memalign, "posix_memalign", &LazyPosixMemalign);
  Assign(g_heap.valloc, "valloc", &LazyValloc);
  Assign(g_heap.pvalloc, "pvalloc", &LazyPvalloc);
  Assign(g_next_usable_size, "malloc_usable_size", &LazyUsableSize);
  const bool is_glibc = IsGlibc(reinterpret_cast<void*>(g_heap.malloc));
  __atomic_store_n(&g_heap.usable_size, is_glibc ? g_next_usable_size : &UsableSizeOfOther,
                   __ATOMIC_RELEASE);
  const bool shortcut = is_glibc && ChunkHeaderTellsSizes();
  __atomic_store_n(&g_sizes_from_chunk_header, shortcut, __ATOMIC_RELEASE);
  __atomic_store_n(&resolved, true, __ATOMIC_RELEASE);
  t_resolving = false;
}

}  // namespace memprof
