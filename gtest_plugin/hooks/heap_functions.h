// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_HEAP_FUNCTIONS_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_HEAP_FUNCTIONS_H_

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// The allocator behind us. Every pointer is callable from the first instruction of the process
/// on: until ResolveHeapFunctions has run they lead to functions that run it and then forward.
struct HeapFunctions {
  void* (*malloc)(size_t);
  void (*free)(void*);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void* (*memalign)(size_t, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void* (*valloc)(size_t);
  void* (*pvalloc)(size_t);
  size_t (*usable_size)(void*);
};
extern HeapFunctions g_heap;

/// Whether a block's size may be read from the word before it. Only for glibc's own malloc, and
/// only after its answers were compared with malloc_usable_size's.
extern bool g_sizes_from_chunk_header;

/// Whether this thread asks another allocator than glibc's for a size. What that allocator takes
/// for itself then is not counted: tcmalloc's first answer makes an object, whose size we would ask
/// for.
extern __attribute__((tls_model("initial-exec"))) __thread bool t_asking_size;

/// Whether `pc` lies in an allocator other than glibc's, as a library: what that maps is its heap,
/// which is counted block by block, and no mapping of the program's. False before constructors.
bool IsOfAllocator(uintptr_t pc) noexcept;

/// Finds the next definitions by dlsym and checks the shortcut above. Idempotent.
void ResolveHeapFunctions() noexcept;

/// glibc keeps a chunk's size in the word before the block, with flags in its low three bits
/// ("malloc.c", the comment on chunk layout).
inline size_t ChunkWord(const void* block) noexcept {
  return *(static_cast<const size_t*>(block) - 1);
}

/// The usable bytes of a chunk. A chunk with a mapping of its own (flag 2, from 128 KiB up) has
/// a header of two words, so this says one word too much there, always: sums still cancel out.
inline size_t ChunkBytes(size_t word) noexcept {
  return (word & ~static_cast<size_t>(7)) - sizeof(size_t);
}

/// The size that the allocator gave the block, in bytes. `block` must be live and not null.
inline size_t BlockSize(void* block) noexcept {
  return g_sizes_from_chunk_header ? ChunkBytes(ChunkWord(block)) : g_heap.usable_size(block);
}

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_HEAP_FUNCTIONS_H_
