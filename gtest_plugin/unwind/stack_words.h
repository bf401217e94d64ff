// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WORDS_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WORDS_H_

#include <stdint.h>

namespace memprof {

/// The words of the stack that determined a walk: with the same pc and sp, the same words at the
/// same places, and the same rbp where `uses_bp`, a walk gives the same return addresses.
///
/// A saved rbp counts only once a rule has asked for it, for in code without frame pointers it
/// holds any number, which differs from call to call and moves no frame.
///
/// On our stack and some 1,000 bytes; its words are not initialised.
struct StackWords {
  static constexpr uint32_t kMaxWords = 96;
  static constexpr uint32_t kSpoiled = 0xffffffff;

  uintptr_t sp;         ///< where the walk began
  uint32_t count;       ///< kSpoiled: the walk depends on more than can be kept here
  bool uses_bp;         ///< the value of rbp at the beginning counts too
  uintptr_t bp_source;  ///< where the present rbp was loaded from: an address, or one of these:
  static constexpr uintptr_t kInitial = 0;
  static constexpr uintptr_t kKept = 1;
  static constexpr uintptr_t kUnknown = 2;

  uint16_t places[kMaxWords];  ///< (address - sp) / 8
  uintptr_t values[kMaxWords];

  void Begin(uintptr_t at) {
    sp = at;
    count = 0;
    uses_bp = false;
    bp_source = kInitial;
  }

  bool complete() const { return count != kSpoiled; }
  void Spoil() { count = kSpoiled; }

  void Keep(uintptr_t address, uintptr_t value) {
    const uintptr_t distance = address - sp;
    if (count >= kMaxWords || (distance & 7) != 0 || distance >= 8 * uintptr_t{0x10000}) {
      Spoil();
      return;
    }
    places[count] = static_cast<uint16_t>(distance / 8);
    values[count] = value;
    ++count;
  }

  /// A rule has asked for rbp, which holds `bp`.
  void UseBp(uintptr_t bp) {
    if (bp_source == kInitial) {
      uses_bp = true;
    } else if (bp_source == kUnknown) {
      Spoil();
    } else if (bp_source != kKept) {
      Keep(bp_source, bp);
    }
    bp_source = kKept;
  }
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_STACK_WORDS_H_
