// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A program that replaces the operators of arrays alone, as it may: what they make lies behind a
// header of their own, and free would not take it. The C++ library's other deletes of arrays call
// the replaced one.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kHeaderBytes = 64;
long made = 0;
long released = 0;

// Not the compiler's to look through: it may leave out a pair of new and delete.
void* volatile escape = nullptr;
char* volatile lost = nullptr;

}  // namespace

#if defined(__GNUC__) && !defined(__clang__)
// Without the sized delete, on purpose.
#pragma GCC diagnostic ignored "-Wsized-deallocation"
#endif

void* operator new[](std::size_t size) {
  void* const block = std::malloc(kHeaderBytes + size);
  if (block == nullptr) throw std::bad_alloc();
  ++made;
  return static_cast<char*>(block) + kHeaderBytes;
}

void operator delete[](void* block) noexcept {
  if (block == nullptr) return;
  ++released;
  std::free(static_cast<char*>(block) - kHeaderBytes);
}

namespace {

TEST(ArrayOperators, AreCalledByTheOthers) {
  const long made_before = made;
  const long released_before = released;
  escape = ::operator new[](40);
#if defined(__cpp_sized_deallocation)  // Clang asks for a flag
  ::operator delete[](escape, std::size_t{40});
#else
  ::operator delete[](escape);
#endif
  escape = ::operator new[](40, std::nothrow);
  ::operator delete[](escape, std::nothrow);
  escape = new char[100];
  delete[] static_cast<char*>(escape);
  EXPECT_EQ(made - made_before, 3);
  EXPECT_EQ(released - released_before, 3);
}

TEST(ArrayOperators, LosesOneArray) {
  lost = new char[1000];  // HERE
  lost = nullptr;
}

}  // namespace
