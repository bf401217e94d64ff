// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_RULE_CACHE_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_RULE_CACHE_H_

#include <stdint.h>

namespace memprof {

/// What a walk has to know of one code address, in 32 bits:
///
///      31 30     19 18         3 2   0
///     | - | saved  |  offset    | kind |
///
/// `offset` (in words, of kCfaAtBp signed) leads from rsp or rbp to the CFA; the return address is
/// in the word below. rbp is stored `saved` words below the CFA; 0 means that the frame left it as
/// it was, kSavedAtBp that the word rbp points to holds it.
class FrameRule {
 public:
  enum Kind : uint32_t {
    kNoInformation = 0,  ///< no call-frame information, or one that isn't understood
    kCfaFromSp = 1,      ///< CFA = rsp + offset
    kCfaFromBp = 2,      ///< CFA = rbp + offset
    kCfaAtBp = 3,        ///< CFA = the word at rbp + offset: a function that realigns its stack
    kOutermost = 4,      ///< there is no caller
    kComplex = 5,        ///< see the call-frame information itself
  };
  static constexpr uint32_t kSavedAtBp = 0xfff;
  static constexpr uint32_t kMaxOffset = 0xffff;

  explicit FrameRule(uint32_t bits) : bits_(bits) {}
  FrameRule(Kind kind, uint32_t offset, uint32_t saved)
      : bits_(kind | ((offset & kMaxOffset) << 3) | (saved << 19)) {}

  uint32_t bits() const { return bits_; }
  Kind kind() const { return static_cast<Kind>(bits_ & 7); }
  bool is_simple() const { return (bits_ & 7) - 1 < 2; }            ///< kCfaFromSp or kCfaFromBp
  uintptr_t offset() const { return (bits_ & (kMaxOffset << 3)); }  ///< bytes
  intptr_t signed_offset() const { return static_cast<int16_t>(bits_ >> 3) * intptr_t{8}; }
  uint32_t saved() const { return bits_ >> 19; }  ///< words, or kSavedAtBp

 private:
  uint32_t bits_;
};

#pragma GCC visibility push(hidden)
namespace rule_cache_internal {

/// 65,536 rules, each with its address in one word, so that a reader sees both or neither and no
/// lock is needed: the upper half is address >> 16, and the place in the table gives the other
/// bits back. Pages are touched as code is met.
constexpr uintptr_t kEntries = 65536;
extern uint64_t g_entries[kEntries];

FrameRule Fill(uintptr_t address) noexcept;

inline uintptr_t IndexOf(uintptr_t address) { return (address ^ (address >> 16)) & (kEntries - 1); }

}  // namespace rule_cache_internal
#pragma GCC visibility pop

/// The rule at a code address: of a caller the byte before its return address, so that a call at
/// the end of a function is looked up within it, of an interrupted function the address itself.
/// Any thread may ask, also in a signal handler.
inline FrameRule RuleAt(uintptr_t address) noexcept {
  using namespace rule_cache_internal;
  const uint64_t entry = __atomic_load_n(&g_entries[IndexOf(address)], __ATOMIC_RELAXED);
  // An address of more than 48 bits is equal to no entry's.
  if (__builtin_expect(entry >> 32 == address >> 16, 1)) {
    return FrameRule(static_cast<uint32_t>(entry));
  }
  return Fill(address);
}

/// Forgets all rules. To be called when code was unmapped, or mapped where other code was.
void FlushRuleCache() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_RULE_CACHE_H_
