// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/frame_step.h"

namespace memprof {
namespace {

/// Another register than rbp is not followed through the frames: a walk that asks for one is not
/// determined by the words that were kept.
void NoteUse(uint64_t number, const Registers& registers, StackReader* memory) {
  StackWords* const words = memory->words();
  if (words == nullptr) return;
  if (number == kRbp) {
    words->UseBp(registers.value[kRbp]);
  } else if (number != kRsp) {
    words->Spoil();
  }
}

StepResult FindCfa(const FrameRow& row, const Registers& registers, StackReader* memory,
                   uintptr_t* cfa) {
  if (row.cfa_kind == RuleKind::kIsExpression) {
    return EvaluateExpression(row.cfa_expression(), registers, memory, false, cfa);
  }
  if (!registers.Knows(row.cfa_register)) return StepResult::kNeedsRegisters;
  NoteUse(row.cfa_register, registers, memory);
  *cfa = registers.value[row.cfa_register] + static_cast<uintptr_t>(row.cfa_value);
  return StepResult::kCaller;
}

/// Loads a register from the stack. Of rbp the words of the walk only hear where it came from.
bool Load(unsigned number, uintptr_t address, StackReader* memory, uintptr_t* value) {
  if (number != kRbp) return memory->ReadAndKeep(address, value);
  if (!memory->Read(address, value)) return false;
  if (memory->words() != nullptr) memory->words()->bp_source = address;
  return true;
}

StepResult Restore(unsigned number, const RegisterRule& rule, uintptr_t cfa, const Registers& from,
                   StackReader* memory, Registers* to) {
  const uint32_t bit = 1u << number;
  const uint64_t operand = static_cast<uint64_t>(rule.value);
  uintptr_t value = cfa;
  StepResult result;
  switch (rule.kind) {
    case RuleKind::kUndefined:
      to->known &= ~bit;
      return StepResult::kCaller;
    case RuleKind::kAtOffset:
      if (!Load(number, cfa + operand, memory, &value)) return StepResult::kBroken;
      break;
    case RuleKind::kIsOffset:
      value = cfa + operand;
      break;
    case RuleKind::kInRegister:
      if (operand >= kRegisters || !from.Knows(static_cast<unsigned>(operand))) {
        return StepResult::kNeedsRegisters;
      }
      NoteUse(operand, from, memory);
      value = from.value[operand];
      break;
    case RuleKind::kAtExpression:
      result = EvaluateExpression(rule.expression(), from, memory, true, &value);
      if (result != StepResult::kCaller) return result;
      if (!Load(number, value, memory, &value)) return StepResult::kBroken;
      break;
    case RuleKind::kIsExpression:
      result = EvaluateExpression(rule.expression(), from, memory, true, &value);
      if (result != StepResult::kCaller) return result;
      break;
    default:
      if (number != kRsp) return StepResult::kCaller;
      break;  // what rsp was before the call is the CFA
  }
  const bool loaded = rule.kind == RuleKind::kAtOffset || rule.kind == RuleKind::kAtExpression;
  if (number == kRbp && !loaded && memory->words() != nullptr) {
    memory->words()->bp_source = StackWords::kUnknown;
  }
  to->value[number] = value;
  to->known |= bit;
  return StepResult::kCaller;
}

}  // namespace

StepResult StepToCaller(const FrameRow& row, StackReader* memory, Registers* registers) noexcept {
  const RegisterRule& return_rule = row.registers[kReturnAddress];
  if (return_rule.kind == RuleKind::kUndefined) return StepResult::kOutermost;
  if (return_rule.kind == RuleKind::kSame) return StepResult::kBroken;
  uintptr_t cfa = 0;
  StepResult result = FindCfa(row, *registers, memory, &cfa);
  if (result != StepResult::kCaller) return result;
  Registers caller = *registers;
  for (unsigned number = 0; number < kRegisters; ++number) {
    if (((registers->wanted >> number) & 1u) == 0) continue;
    result = Restore(number, row.registers[number], cfa, *registers, memory, &caller);
    if (result == StepResult::kCaller) continue;
    if (number == kReturnAddress || number == kRsp) return result;
    if (result == StepResult::kNeedsRegisters && registers->wanted != kAllRegisters) return result;
    // Behind the `pop` of an epilogue rules of registers are stale, and may lead anywhere. It only
    // matters if a frame further out asks for the register.
    caller.known &= ~(1u << number);
    if (number == kRbp && memory->words() != nullptr) {
      memory->words()->bp_source = StackWords::kUnknown;
    }
  }
  *registers = caller;
  return caller.Knows(kReturnAddress) ? StepResult::kCaller : StepResult::kBroken;
}

#if defined(__x86_64__)
// Its own frame is the first one, described at the very instruction that reads the pc.
__attribute__((noinline)) bool FindRegistersAt(uintptr_t pc, uintptr_t sp,
                                               Registers* registers) noexcept {
  uintptr_t values[8] = {};
  __asm__ volatile(
      "movq %%rbx, 0(%0)\n\t"
      "movq %%rbp, 8(%0)\n\t"
      "movq %%r12, 16(%0)\n\t"
      "movq %%r13, 24(%0)\n\t"
      "movq %%r14, 32(%0)\n\t"
      "movq %%r15, 40(%0)\n\t"
      "movq %%rsp, 48(%0)\n\t"
      "leaq 0(%%rip), %%rax\n\t"
      "movq %%rax, 56(%0)\n\t"
      :
      : "r"(values)
      : "rax", "memory");
  registers->value[kRbx] = values[0];
  registers->value[kRbp] = values[1];
  registers->value[kR12] = values[2];
  registers->value[kR13] = values[3];
  registers->value[kR14] = values[4];
  registers->value[kR15] = values[5];
  registers->value[kRsp] = values[6];
  registers->value[kReturnAddress] = values[7];
  registers->known = kKeptAcrossCalls;
  registers->wanted = kAllRegisters;  // a signal frame further out has them all
  StackReader memory(values[6], nullptr);
  uintptr_t address = values[7];
  constexpr int kInnermost = 16;
  for (int i = 0; i < kInnermost; ++i) {
    FrameDescription description;
    FrameRow row;
    if (!FindFrameDescription(address, &description)) return false;
    if (!FindRow(description, address, &row)) return false;
    if (StepToCaller(row, &memory, registers) != StepResult::kCaller) return false;
    if (registers->value[kReturnAddress] == pc && registers->value[kRsp] == sp) return true;
    address = registers->value[kReturnAddress] - (row.signal_frame ? 0 : 1);
  }
  return false;
}
#endif

}  // namespace memprof
