// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_STACK_MEMO_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_STACK_MEMO_H_

#include <stdint.h>

#include "gtest_plugin/unwind/stack_walk.h"
#include "gtest_plugin/unwind/stack_words.h"

namespace memprof {

#pragma GCC visibility push(hidden)
namespace stack_memo_internal {
extern uint32_t g_flushes;  ///< calls of FlushUnwindCaches
}
#pragma GCC visibility pop

/// The walks that one thread made last. An entry is found by (pc, sp) and then verified: every
/// word of the stack that determined its walk is compared with what is there now. So a hit is as
/// true as a walk, at a tenth of its cost.
///
/// Reading those words is safe: only walks within the thread's own stack, above its sp, are
/// entered (StackReader), and that memory is mapped for as long as the thread lives. Hence a memo
/// must be used by one thread alone, and cleared before it is handed to another.
///
/// Memory of zeroes is an empty memo; it is large (1.1 MiB), and a set of it is touched only when
/// something is entered there. A signal handler may call Find and Insert at any time: an Insert
/// within another does nothing. What `Find` returned must not be used after a signal handler could
/// have entered something; who uses the memo in handlers too keeps a flag as for its other data.
class StackMemo {
 public:
  /// The caller's own words of an entry; meaningless here.
  struct User {
    void* site;
    uint32_t stack;
  };

  class alignas(64) Entry {
   public:
    User user;

   private:
    friend class StackMemo;

    /// A line of the cache: a typical stack of 10 frames is two of them.
    struct alignas(64) Line {
      static constexpr uint32_t kWords = 6;
      uintptr_t values[kWords];
      uint16_t places[kWords];  ///< (address - sp) / 8
    };
    static constexpr uint32_t kLines = StackWords::kMaxWords / Line::kWords;

    uintptr_t pc_;  ///< 0: nothing is entered
    uintptr_t sp_;
    uintptr_t bp_;
    uint32_t generation_;
    bool ignores_bp_;     ///< no rule of the walk asked for the first rbp
    uint16_t words_;      ///< the last three are filled up by repeating one
    uint16_t inner_;      ///< of them, those below the anchor of `anchoring_`
    uint32_t anchoring_;  ///< the memo's when `inner_` was counted; odd: it was not
    Line line_[kLines];
  };

  /// The entry of a walk from `from` that would give the same result now, or null.
  Entry* Find(const CallerFrame& from) noexcept {
    Set& set = sets_[IndexOf(from)];
    for (uint32_t way = 0; way < kWays; ++way) {
      Entry& entry = set.ways[way];
      if (entry.pc_ != from.pc || entry.sp_ != from.sp) continue;
      if (__builtin_expect(Holds(entry, from), 1)) return &entry;
    }
    return nullptr;
  }

  /// Enters a walk from `from` that WalkStack made with `words`. Null where it can't be entered:
  /// it was too deep, or not on the thread's own stack.
  Entry* Insert(const CallerFrame& from, const StackWords& words, const User& user) noexcept;

  /// Promises that until DropAnchor no word of the stack at `address` or above it changes that a
  /// walk depends on: they belong to frames that do not return so soon, as that of GoogleTest's
  /// TestInfo::Run while a test runs. An entry that was verified in full once since then is
  /// verified by the words below alone, which for a test's own code is half of them.
  void SetAnchor(uintptr_t address) noexcept {
    anchor_ = address;
    anchoring_ += 2;
  }
  void DropAnchor() noexcept {
    anchor_ = 0;
    anchoring_ += 2;
  }

  /// Forgets all entries, without touching them.
  void Clear() noexcept { ++clearings_; }

 private:
  static constexpr uint32_t kSets = 256;
  static constexpr uint32_t kWays = 4;

  struct Set {
    Entry ways[kWays];
  };

  static uintptr_t IndexOf(const CallerFrame& from) noexcept {
    const uint64_t mixed = (from.pc + (from.sp << 12)) * 0x9e3779b97f4a7c15u;
    return mixed >> 56;
  }

  /// Both counts only rise, so a sum that came once never comes again.
  uint32_t Generation() const noexcept {
    return __atomic_load_n(&stack_memo_internal::g_flushes, __ATOMIC_RELAXED) + clearings_;
  }

  bool Holds(Entry& entry, const CallerFrame& from) noexcept {
    if (entry.generation_ != Generation()) return false;
    if (!entry.ignores_bp_ && entry.bp_ != from.bp) return false;
    if (__builtin_expect(entry.anchoring_ == anchoring_, 1)) {
      return WordsHold(entry, from.sp, entry.inner_);
    }
    if (!WordsHold(entry, from.sp, entry.words_)) return false;
    if (anchor_ != 0) Anchor(&entry, from.sp);
    return true;
  }

  /// Compares in threes, so that few words are compared twice.
  static bool WordsHold(const Entry& entry, uintptr_t sp, int32_t words) noexcept {
    const uintptr_t* const stack = reinterpret_cast<const uintptr_t*>(sp);
    for (const Entry::Line* line = entry.line_;; ++line) {
      if ((Difference(stack, *line, 0) | Difference(stack, *line, 1) |
           Difference(stack, *line, 2)) != 0) {
        return false;
      }
      if (words <= 3) return true;
      if ((Difference(stack, *line, 3) | Difference(stack, *line, 4) |
           Difference(stack, *line, 5)) != 0) {
        return false;
      }
      words -= 6;
      if (words <= 0) return true;
    }
  }
  static uintptr_t Difference(const uintptr_t* stack, const Entry::Line& line,
                              uint32_t i) noexcept {
    return stack[line.places[i]] ^ line.values[i];
  }

  /// Notes how many words of a walk that has just been verified lie below the anchor.
  void Anchor(Entry* entry, uintptr_t sp) noexcept;

  Set sets_[kSets];
  uintptr_t anchor_;    ///< 0: none
  uint32_t anchoring_;  ///< even; counts settings and droppings
  uint32_t clearings_;
  uint32_t next_victim_;
  bool inserting_;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_STACK_MEMO_H_
