// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/rule_cache.h"

#include <gtest/gtest.h>

#include "gtest_plugin/unwind/stack_walk.h"

namespace memprof {
namespace {

using rule_cache_internal::g_entries;
using rule_cache_internal::IndexOf;

uintptr_t ReturnAddress() { return reinterpret_cast<uintptr_t>(__builtin_return_address(0)); }

TEST(RuleCache, FieldsComeBackAsTheyWentIn) {
  for (const uint32_t offset : {1u, 2u, 1000u, FrameRule::kMaxOffset}) {
    for (const uint32_t saved : {0u, 2u, 4094u}) {
      const FrameRule rule(FrameRule::kCfaFromSp, offset, saved);
      EXPECT_EQ(rule.kind(), FrameRule::kCfaFromSp);
      EXPECT_EQ(rule.offset(), 8 * uintptr_t{offset});
      EXPECT_EQ(rule.saved(), saved);
    }
  }
  const FrameRule below(FrameRule::kCfaAtBp, static_cast<uint32_t>(-1), FrameRule::kSavedAtBp);
  EXPECT_EQ(below.signed_offset(), -8);
  EXPECT_EQ(below.saved(), FrameRule::kSavedAtBp);
  EXPECT_TRUE(FrameRule(FrameRule::kCfaFromBp, 1, 0).is_simple());
  for (const FrameRule::Kind kind : {FrameRule::kNoInformation, FrameRule::kCfaAtBp,
                                     FrameRule::kOutermost, FrameRule::kComplex}) {
    EXPECT_FALSE(FrameRule(kind, 1, 0).is_simple()) << kind;
  }
}

TEST(RuleCache, PlaceAndTagTogetherAreTheAddress) {
  for (uintptr_t address = 1; address >> 48 == 0; address = address * 3 + 1) {
    const uintptr_t tag = address >> 16;
    EXPECT_EQ(tag << 16 | ((IndexOf(address) ^ tag) & 0xffff), address);
  }
}

TEST(RuleCache, AnEntryOfAnotherAddressIsNotTaken) {
  const uintptr_t address = ReturnAddress() - 1;
  const uint32_t rule = RuleAt(address).bits();
  EXPECT_NE(rule, 0u);
  // Another address in the same place: the tag differs in its upper half alone.
  const uintptr_t other = address ^ (uintptr_t{1} << 40);
  ASSERT_EQ(IndexOf(other), IndexOf(address));
  EXPECT_EQ(RuleAt(other).kind(), FrameRule::kNoInformation);
  EXPECT_EQ(RuleAt(address).bits(), rule);
}

TEST(RuleCache, AFlushMakesRulesBeReadAnew) {
  const uintptr_t address = ReturnAddress() - 1;
  const uint32_t rule = RuleAt(address).bits();
  // As if other code had been there.
  g_entries[IndexOf(address)] ^= 8;
  EXPECT_NE(RuleAt(address).bits(), rule);
  FlushRuleCache();
  EXPECT_EQ(g_entries[IndexOf(address)], 0u);
  EXPECT_EQ(RuleAt(address).bits(), rule);
}

TEST(RuleCache, AddressesWithoutCodeHaveNoRule) {
  static int data;
  for (const uintptr_t address : {uintptr_t{0}, uintptr_t{1}, uintptr_t{0xffff}, ~uintptr_t{0},
                                  uintptr_t{1} << 48, reinterpret_cast<uintptr_t>(&data)}) {
    EXPECT_EQ(RuleAt(address).kind(), FrameRule::kNoInformation) << address;
  }
}

}  // namespace
}  // namespace memprof
