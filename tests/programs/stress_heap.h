// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PROGRAMS_STRESS_HEAP_H_
#define MEMPROF_TESTS_PROGRAMS_STRESS_HEAP_H_

#include <malloc.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// xorshift32 (Marsaglia 2003).
struct Random {
  explicit Random(std::uint32_t seed) : state(seed * 2654435761u + 1) {}
  std::uint32_t Below(std::uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return static_cast<std::uint32_t>((std::uint64_t{state} * limit) >> 32);
  }
  std::size_t Size() {
    const std::uint32_t kind = Below(64);
    if (kind == 0) return 100000 + Below(200000);
    return kind < 8 ? Below(4096) : Below(129);
  }
  std::uint32_t state;
};

/// Blocks on their way from one thread to another.
class Mailbox {
 public:
  bool Put(void* block) {
    pthread_mutex_lock(&mutex_);
    const bool fits = count_ < kCapacity;
    if (fits) blocks_[count_++] = block;
    pthread_mutex_unlock(&mutex_);
    return fits;
  }
  void* Take() {
    pthread_mutex_lock(&mutex_);
    void* const block = count_ > 0 ? blocks_[--count_] : nullptr;
    pthread_mutex_unlock(&mutex_);
    return block;
  }

 private:
  static constexpr int kCapacity = 512;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  void* blocks_[kCapacity];
  int count_ = 0;
};

/// A block by one of the ways there are, that the caller frees.
inline void* Allocate(Random* random) {
  const std::size_t size = random->Size();
  switch (random->Below(8)) {
    case 0:
      return calloc(size / 8 + 1, 8);
    case 1:
      return realloc(malloc(size / 2), size + 1);
    case 2:
      return aligned_alloc(64, (size + 63) & ~std::size_t{63});
    case 3:
      return memalign(std::size_t{16} << random->Below(9), size);
    case 4:
      return reallocarray(nullptr, size / 16 + 1, 16);
    case 5: {
      void* block = nullptr;
      return posix_memalign(&block, 128, size) == 0 ? block : nullptr;
    }
    case 6:
      return malloc(0);
    default:
      return malloc(size);
  }
}

#endif  // MEMPROF_TESTS_PROGRAMS_STRESS_HEAP_H_
