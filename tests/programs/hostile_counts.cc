// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Each way to a block a known number of times, and the sum of the sizes that the allocator itself
// tells, for comparison: MEMPROF_TEST_LEDGER names a file for "bytes of a round, bytes kept".
#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

constexpr int kRounds = 100;
struct alignas(64) Wide {
  char bytes[64];
};

// Not the compiler's to look through: it may leave out a pair of new and delete.
void* volatile escape = nullptr;
long allocated_bytes = 0;
long kept_bytes = 0;
void* kept[kRounds];
void* volatile lost = nullptr;

template <class T>
T* Count(T* block) {
  escape = block;
  allocated_bytes += static_cast<long>(malloc_usable_size(block));
  return block;
}

TEST(Counts, EachFunction) {
  for (int i = 0; i < kRounds; ++i) {
    free(Count(malloc(24)));
    free(Count(calloc(3, 50)));
    void* grown = Count(realloc(nullptr, 100));
    grown = Count(realloc(grown, 5000));
    free(grown);
    free(Count(aligned_alloc(64, 128)));
    void* placed = nullptr;
    if (posix_memalign(&placed, 256, 300) != 0) abort();
    free(Count(placed));
    free(Count(memalign(32, 40)));
    free(Count(strdup("a text that is not short")));
    delete Count(new int(i));
    delete[] Count(new char[70]);
    delete Count(new (std::nothrow) long(i));
    delete Count(new Wide);
    delete[] Count(new (std::nothrow) Wide[3]);
    ::operator delete (Count(::operator new(200)), std::size_t{200});
    free(nullptr);
    delete static_cast<int*>(escape = nullptr);
  }
}

TEST(Counts, KeptForTheNextTest) {
  for (int i = 0; i < kRounds; ++i) {
    kept[i] = i % 2 == 0 ? malloc(1000) : ::operator new(3000);
    kept_bytes += static_cast<long>(malloc_usable_size(kept[i]));
  }
}

TEST(Counts, GivesBack) {
  for (int i = 0; i < kRounds; ++i) {
    if (i % 2 == 0) {
      free(kept[i]);
    } else {
      ::operator delete(kept[i]);
    }
    kept[i] = nullptr;
  }
}

TEST(Counts, LosesOne) {
  lost = ::operator new(1 << 12);
  lost = nullptr;
}

TEST(Counts, IsWrittenDown) {
  const char* const path = std::getenv("MEMPROF_TEST_LEDGER");
  if (path == nullptr) return;
  char text[64];
  const int length = std::snprintf(text, sizeof(text), "%ld %ld\n", allocated_bytes, kept_bytes);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ASSERT_GE(fd, 0);
  static_cast<void>(write(fd, text, static_cast<std::size_t>(length)) == length);
  close(fd);
}

}  // namespace
