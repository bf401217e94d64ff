// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/rule_cache.h"

#include "gtest_plugin/unwind/call_frame.h"
#include "gtest_plugin/unwind/dwarf_reader.h"

namespace memprof {
namespace rule_cache_internal {

uint64_t g_entries[kEntries];

}  // namespace rule_cache_internal

namespace {

/// The expression is rbp + offset, and that word where `deref`. Others are for the slow path.
bool IsBpExpression(const uint8_t* block, bool deref, int64_t* offset) {
  constexpr uint8_t kBregBp = 0x70 + kRbp;
  constexpr uint8_t kDeref = 0x06;
  DwarfReader length(block, block + 10);
  const uint64_t bytes = length.Uleb();
  DwarfReader reader(length.at(), length.at() + bytes);
  if (reader.Fixed<uint8_t>() != kBregBp) return false;
  *offset = reader.Sleb();
  if (deref && reader.Fixed<uint8_t>() != kDeref) return false;
  return reader.ok() && reader.AtEnd();
}

/// False where the rule for rbp doesn't fit.
bool PackSaved(const RegisterRule& rule, uint32_t* saved) {
  int64_t offset;
  switch (rule.kind) {
    case RuleKind::kSame:
      *saved = 0;
      return true;
    case RuleKind::kAtOffset:
      if (rule.value >= 0 || rule.value % 8 != 0) return false;
      if (rule.value / -8 >= int64_t{FrameRule::kSavedAtBp}) return false;
      *saved = static_cast<uint32_t>(rule.value / -8);
      return true;
    case RuleKind::kAtExpression:
      *saved = FrameRule::kSavedAtBp;
      return IsBpExpression(rule.expression(), false, &offset) && offset == 0;
    default:
      return false;
  }
}

FrameRule Pack(const FrameRow& row) {
  const FrameRule complex(FrameRule::kComplex, 0, 0);
  const RegisterRule& return_rule = row.registers[kReturnAddress];
  if (return_rule.kind == RuleKind::kUndefined) return FrameRule(FrameRule::kOutermost, 0, 0);
  if (row.signal_frame || return_rule.kind != RuleKind::kAtOffset || return_rule.value != -8 ||
      row.registers[kRsp].kind != RuleKind::kSame) {
    return complex;
  }
  uint32_t saved;
  if (!PackSaved(row.registers[kRbp], &saved)) return complex;
  if (row.cfa_kind == RuleKind::kIsExpression) {
    int64_t offset;
    if (!IsBpExpression(row.cfa_expression(), true, &offset)) return complex;
    if (offset % 8 != 0 || offset / 8 != static_cast<int16_t>(offset / 8)) return complex;
    return FrameRule(FrameRule::kCfaAtBp, static_cast<uint32_t>(offset / 8), saved);
  }
  if (saved == FrameRule::kSavedAtBp || row.cfa_value < 0 || row.cfa_value % 8 != 0 ||
      row.cfa_value / 8 > int64_t{FrameRule::kMaxOffset}) {
    return complex;
  }
  const uint32_t offset = static_cast<uint32_t>(row.cfa_value / 8);
  if (row.cfa_register == kRsp) return FrameRule(FrameRule::kCfaFromSp, offset, saved);
  if (row.cfa_register == kRbp) return FrameRule(FrameRule::kCfaFromBp, offset, saved);
  return complex;
}

FrameRule Find(uintptr_t address) {
  FrameDescription description;
  FrameRow row;
  if (!FindFrameDescription(address, &description)) {
    // A return address at a function's first byte, with nothing before it: nobody called, but
    // somebody laid it out for a new stack. makecontext does so.
    const bool laid_out =
        FindFrameDescription(address + 1, &description) && description.begin == address + 1;
    return FrameRule(laid_out ? FrameRule::kOutermost : FrameRule::kNoInformation, 0, 0);
  }
  if (!FindRow(description, address, &row)) return FrameRule(FrameRule::kNoInformation, 0, 0);
  return Pack(row);
}

}  // namespace

namespace rule_cache_internal {

__attribute__((noinline)) FrameRule Fill(uintptr_t address) noexcept {
  const FrameRule rule = Find(address);
  if (address >> 48 == 0) {
    __atomic_store_n(&g_entries[IndexOf(address)], (address >> 16) << 32 | rule.bits(),
                     __ATOMIC_RELAXED);
  }
  return rule;
}

}  // namespace rule_cache_internal

void FlushRuleCache() noexcept {
  using namespace rule_cache_internal;
  // Reading maps no memory where none was written; storing would.
  for (uint64_t& entry : g_entries) {
    if (__atomic_load_n(&entry, __ATOMIC_RELAXED) != 0) {
      __atomic_store_n(&entry, 0, __ATOMIC_RELAXED);
    }
  }
}

}  // namespace memprof
