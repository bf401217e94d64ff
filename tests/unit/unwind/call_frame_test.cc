// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/call_frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "gtest_plugin/unwind/frame_step.h"

namespace memprof {
namespace {

using Bytes = std::vector<uint8_t>;

// CFA = rsp + 8, return address at CFA - 8: how every function begins.
const Bytes kCommon = {0x0c, 7, 8, 0x90, 1};

bool RowAt(const Bytes& program, uintptr_t offset, FrameRow* row) {
  FrameDescription description = {};
  description.begin = 0x1000;
  description.end = 0x2000;
  description.common_program = kCommon.data();
  description.common_program_end = kCommon.data() + kCommon.size();
  description.program = program.data();
  description.program_end = program.data() + program.size();
  description.code_alignment = 1;
  description.data_alignment = -8;
  description.return_column = kReturnAddress;
  return FindRow(description, description.begin + offset, row);
}

TEST(CallFrame, RowsFollowTheInstructions) {
  const Bytes frame_pointer = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6};
  // remember; to rsp + 8 at 20; restore at 21
  const Bytes epilogue = {0x41, 0x0e, 16, 0x86, 2, 0x53, 0x0a, 0x0c, 7, 8, 0xc6, 0x41, 0x0b};
  const Bytes wide = {0x02, 0x80, 0x0e, 16, 0x03, 0, 1, 0x0e, 24, 0x04, 0, 4, 0, 0, 0x0e, 32};
  const Bytes signed_forms = {0x12, 6, 0x7e, 0x13, 0x7d, 0x11, 6, 2};
  const Bytes located = {0x01, 0x10, 0x10, 0, 0, 0, 0, 0, 0, 0x0e, 24};
  const Bytes skipped = {0x2e, 48, 0x00, 0x05, 40, 3, 0x0e, 24};
  const struct {
    const char* what;
    const Bytes& program;
    uintptr_t offset;
    unsigned cfa_register;
    int64_t cfa_offset;
    RuleKind bp;
    int64_t bp_offset;
  } rows[] = {
      {"at entry", frame_pointer, 0, kRsp, 8, RuleKind::kSame, 0},
      {"behind push", frame_pointer, 1, kRsp, 16, RuleKind::kAtOffset, -16},
      {"before mov's end", frame_pointer, 3, kRsp, 16, RuleKind::kAtOffset, -16},
      {"behind mov", frame_pointer, 4, kRbp, 16, RuleKind::kAtOffset, -16},
      {"before the epilogue", epilogue, 19, kRsp, 16, RuleKind::kAtOffset, -16},
      {"in the epilogue", epilogue, 20, kRsp, 8, RuleKind::kSame, 0},
      {"behind the epilogue", epilogue, 21, kRsp, 16, RuleKind::kAtOffset, -16},
      {"advance by a byte", wide, 0x80, kRsp, 16, RuleKind::kSame, 0},
      {"advance by two", wide, 0x180, kRsp, 24, RuleKind::kSame, 0},
      {"advance by four", wide, 0x580, kRsp, 32, RuleKind::kSame, 0},
      {"signed offsets", signed_forms, 0, kRbp, 24, RuleKind::kAtOffset, -16},
      {"before a location", located, 0xf, kRsp, 8, RuleKind::kSame, 0},
      {"at a location", located, 0x10, kRsp, 24, RuleKind::kSame, 0},
      {"arguments' size, vector register", skipped, 0, kRsp, 24, RuleKind::kSame, 0},
  };
  for (const auto& expected : rows) {
    FrameRow row;
    ASSERT_TRUE(RowAt(expected.program, expected.offset, &row)) << expected.what;
    EXPECT_EQ(row.cfa_kind, RuleKind::kRegisterOffset) << expected.what;
    EXPECT_EQ(row.cfa_register, expected.cfa_register) << expected.what;
    EXPECT_EQ(row.cfa_value, expected.cfa_offset) << expected.what;
    EXPECT_EQ(row.registers[kRbp].kind, expected.bp) << expected.what;
    EXPECT_EQ(row.registers[kRbp].value, expected.bp_offset) << expected.what;
    EXPECT_EQ(row.registers[kReturnAddress].value, -8) << expected.what;
  }
}

TEST(CallFrame, DamagedInstructionsGiveNoRow) {
  const Bytes programs[] = {
      {0x3f},                                      // unknown
      {0x0b},                                      // restores what was not remembered
      {0x0e},                                      // ends amid an operand
      {0x0f, 40, 0x77},                            // expression longer than the program
      {0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a},  // remembers without end
      {0x0f, 1, 0x57, 0x0e, 8},                    // an offset behind an expression
  };
  for (const Bytes& program : programs) {
    FrameRow row;
    EXPECT_FALSE(RowAt(program, 100, &row)) << int{program[0]};
  }
}

/// A frame of rsp + `words`, stepped out of with the given instructions.
StepResult StepBy(const Bytes& program, Registers* registers) {
  FrameRow row;
  if (!RowAt(program, 0, &row)) return StepResult::kBroken;
  StackReader memory(registers->value[kRsp], nullptr);
  return StepToCaller(row, &memory, registers);
}

TEST(CallFrame, RegistersAreRestoredByEveryKindOfRule) {
  uintptr_t stack[8] = {100, 101, 102, 103, 104, 105, 106, 107};
  const uintptr_t sp = reinterpret_cast<uintptr_t>(stack);
  const uintptr_t cfa = sp + 32;
  const struct {
    const char* what;
    Bytes program;
    uintptr_t pc, sp, bp;
  } rows[] = {
      {"at an offset", {0x0e, 32, 0x86, 2}, 103, cfa, 102},
      {"unchanged", {0x0e, 32}, 103, cfa, sp + 8},
      {"is CFA - 16", {0x0e, 32, 0x14, 6, 2}, 103, cfa, cfa - 16},
      {"in another register", {0x0e, 32, 0x09, 6, 7}, 103, cfa, sp},
      {"at the word rbp points to", {0x0e, 32, 0x10, 6, 2, 0x76, 0}, 103, cfa, 101},
      {"is rbp + 5", {0x0e, 32, 0x16, 6, 2, 0x76, 5}, 103, cfa, sp + 13},
      {"is CFA + 1, by its initial value", {0x0e, 32, 0x16, 6, 2, 0x23, 1}, 103, cfa, cfa + 1},
      {"CFA = rbp + 16", {0x0c, 6, 16}, 102, sp + 24, sp + 8},
      {"rsp itself is stored", {0x0e, 32, 0x87, 4}, 103, 100, sp + 8},
  };
  for (const auto& expected : rows) {
    Registers registers = {};
    registers.value[kRsp] = sp;
    registers.value[kRbp] = sp + 8;
    registers.known = registers.wanted = kWalkRegisters;
    ASSERT_EQ(StepBy(expected.program, &registers), StepResult::kCaller) << expected.what;
    EXPECT_EQ(registers.value[kReturnAddress], expected.pc) << expected.what;
    EXPECT_EQ(registers.value[kRsp], expected.sp) << expected.what;
    EXPECT_EQ(registers.value[kRbp], expected.bp) << expected.what;
  }
}

TEST(CallFrame, StepsThatLeadNowhereSaySo) {
  uintptr_t stack[8] = {};
  const struct {
    const char* what;
    Bytes program;
    StepResult expected;
  } rows[] = {
      {"no caller", {0x07, 16}, StepResult::kOutermost},
      {"return address nowhere", {0x08, 16}, StepResult::kBroken},
      {"CFA by rbx", {0x0c, 3, 16}, StepResult::kNeedsRegisters},
      {"CFA by an unknown number", {0x0c, 60, 16}, StepResult::kNeedsRegisters},
      {"CFA at null", {0x0f, 2, 0x30, 0x06}, StepResult::kBroken},
      {"empty expression", {0x0f, 0}, StepResult::kBroken},
  };
  for (const auto& row : rows) {
    Registers registers = {};
    registers.value[kRsp] = reinterpret_cast<uintptr_t>(stack);
    registers.known = registers.wanted = kWalkRegisters;
    EXPECT_EQ(StepBy(row.program, &registers), row.expected) << row.what;
  }
}

}  // namespace
}  // namespace memprof
