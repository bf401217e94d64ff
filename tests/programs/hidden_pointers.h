// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PROGRAMS_HIDDEN_POINTERS_H_
#define MEMPROF_TESTS_PROGRAMS_HIDDEN_POINTERS_H_

#include <cstdint>

/// A block that a program holds by words that are no plain pointers.
struct Hidden {
  std::uintptr_t next = 0;
  char payload[300] = {};
};

/// Ways to hide. Each is its own inverse, or has one.
struct Tagged {  ///< in the bits that an address does not use
  static std::uintptr_t Hide(Hidden* node) { return Word(node) | std::uintptr_t{0x7a5} << 48; }
  static Hidden* Show(std::uintptr_t word) {
    return reinterpret_cast<Hidden*>(word & ((std::uintptr_t{1} << 48) - 1));
  }
  static std::uintptr_t Word(Hidden* node) { return reinterpret_cast<std::uintptr_t>(node); }
};

struct Xored {
  static constexpr std::uintptr_t kKey = 0x5a5a5a5a5a5a5a5a;
  static std::uintptr_t Hide(Hidden* node) { return Tagged::Word(node) ^ kKey; }
  static Hidden* Show(std::uintptr_t word) { return reinterpret_cast<Hidden*>(word ^ kKey); }
};

struct Compressed {  ///< to 32 bits: the distance to the heap's beginning, in units of 16 bytes
  static std::uintptr_t Hide(Hidden* node) {
    if (base == 0) base = Tagged::Word(node) >> 35 << 35;
    return (Tagged::Word(node) - base) / 16;
  }
  static Hidden* Show(std::uintptr_t word) { return reinterpret_cast<Hidden*>(base + word * 16); }
  inline static std::uintptr_t base = 0;
};

/// A list whose head and links are hidden.
template <class Way>
class HiddenList {
 public:
  void Push() {
    Hidden* const node = new Hidden;
    node->next = head_;
    head_ = Way::Hide(node);
    ++count_;
  }
  void FreeAll() {
    for (; count_ > 0; --count_) {
      Hidden* const node = Way::Show(head_);
      head_ = node->next;
      delete node;
    }
  }
  int count() const { return count_; }

 private:
  std::uintptr_t head_ = 0;
  int count_ = 0;
};

inline HiddenList<Tagged> tagged;
inline HiddenList<Xored> xored;
inline HiddenList<Compressed> compressed;

#endif  // MEMPROF_TESTS_PROGRAMS_HIDDEN_POINTERS_H_
