// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_CALL_FRAME_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_CALL_FRAME_H_

#include <stdint.h>

#include "gtest_plugin/unwind/registers.h"
#include "gtest_plugin/unwind/unwind_table.h"

namespace memprof {

/// Where a register's value in the caller is found (DWARF 5, section 6.4.1). CFA is the canonical
/// frame address: the caller's rsp once the call has returned.
enum class RuleKind : uint8_t {
  kSame = 0,        ///< unchanged; of rsp: it is the CFA
  kUndefined,       ///< lost; of the return address: there is no caller
  kAtOffset,        ///< stored at CFA + value
  kIsOffset,        ///< is CFA + value
  kInRegister,      ///< in register `value`
  kAtExpression,    ///< stored where the expression at `value` says
  kIsExpression,    ///< is what the expression at `value` says
  kRegisterOffset,  ///< of the CFA alone: register + offset
};

struct RegisterRule {
  RuleKind kind;
  int64_t value;  ///< offset, register, or address of an expression's length

  const uint8_t* expression() const { return reinterpret_cast<const uint8_t*>(value); }
};

/// One row of the table that the call-frame instructions describe: all rules at one address.
struct FrameRow {
  RuleKind cfa_kind;      ///< kRegisterOffset or kIsExpression
  uint16_t cfa_register;  ///< of kRegisterOffset
  int64_t cfa_value;      ///< offset, or address of an expression's length
  RegisterRule registers[kRegisters];
  bool signal_frame;

  const uint8_t* cfa_expression() const { return reinterpret_cast<const uint8_t*>(cfa_value); }
};

/// Runs the instructions of `description` as far as `address`. False where it meets one that it
/// doesn't know, or a return address in another register than x86-64's.
bool FindRow(const FrameDescription& description, uintptr_t address, FrameRow* row) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_CALL_FRAME_H_
