// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/frame_expression.h"

#include "gtest_plugin/unwind/dwarf_reader.h"

namespace memprof {
namespace {

enum Operation : uint8_t {
  kAddress = 0x03,
  kDeref = 0x06,
  kConst1u = 0x08,
  kConst1s = 0x09,
  kConst2u = 0x0a,
  kConst2s = 0x0b,
  kConst4u = 0x0c,
  kConst4s = 0x0d,
  kConst8u = 0x0e,
  kConst8s = 0x0f,
  kConstu = 0x10,
  kConsts = 0x11,
  kDup = 0x12,
  kDrop = 0x13,
  kOver = 0x14,
  kPick = 0x15,
  kSwap = 0x16,
  kAnd = 0x1a,
  kMinus = 0x1c,
  kMul = 0x1e,
  kNeg = 0x1f,
  kNot = 0x20,
  kOr = 0x21,
  kPlus = 0x22,
  kPlusUconst = 0x23,
  kShl = 0x24,
  kShr = 0x25,
  kShra = 0x26,
  kXor = 0x27,
  kBra = 0x28,
  kEq = 0x29,
  kGe = 0x2a,
  kGt = 0x2b,
  kLe = 0x2c,
  kLt = 0x2d,
  kNe = 0x2e,
  kSkip = 0x2f,
  kLit0 = 0x30,
  kLit31 = 0x4f,
  kReg0 = 0x50,
  kReg31 = 0x6f,
  kBreg0 = 0x70,
  kBreg31 = 0x8f,
  kBregx = 0x92,
  kNopOperation = 0x96,
};

/// The two values of an operation, the deeper one first.
bool Combine(uint8_t operation, uintptr_t a, uintptr_t b, uintptr_t* result) {
  const intptr_t signed_a = static_cast<intptr_t>(a);
  const intptr_t signed_b = static_cast<intptr_t>(b);
  switch (operation) {
    case kAnd:
      *result = a & b;
      return true;
    case kMinus:
      *result = a - b;
      return true;
    case kMul:
      *result = a * b;
      return true;
    case kOr:
      *result = a | b;
      return true;
    case kPlus:
      *result = a + b;
      return true;
    case kShl:
      *result = b < 64 ? a << b : 0;
      return true;
    case kShr:
      *result = b < 64 ? a >> b : 0;
      return true;
    case kShra:
      *result = static_cast<uintptr_t>(signed_a >> (b < 64 ? b : 63));
      return true;
    case kXor:
      *result = a ^ b;
      return true;
    case kEq:
      *result = a == b;
      return true;
    case kGe:
      *result = signed_a >= signed_b;
      return true;
    case kGt:
      *result = signed_a > signed_b;
      return true;
    case kLe:
      *result = signed_a <= signed_b;
      return true;
    case kLt:
      *result = signed_a < signed_b;
      return true;
    case kNe:
      *result = a != b;
      return true;
    default:
      return false;
  }
}

class Evaluation {
 public:
  Evaluation(const Registers& registers, StackReader* memory)
      : registers_(registers), memory_(memory) {}

  void Push(uintptr_t value) {
    if (depth_ == kMaxDepth) {
      Fail(StepResult::kBroken);
    } else {
      stack_[depth_++] = value;
    }
  }

  uintptr_t Pop() {
    if (depth_ > 0) return stack_[--depth_];
    Fail(StepResult::kBroken);
    return 0;
  }

  StepResult Run(const uint8_t* block) {
    // The length was checked against the section when the instructions were read.
    DwarfReader length(block, block + 10);
    const uint64_t bytes = length.Uleb();
    DwarfReader reader(length.at(), length.at() + bytes);
    constexpr int kMaxOperations = 1000;  // so that no loop is endless
    for (int i = 0; i < kMaxOperations && !reader.AtEnd(); ++i) {
      Step(&reader, length.at());
      if (!reader.ok()) Fail(StepResult::kBroken);
      if (result_ != StepResult::kCaller) return result_;
    }
    if (!reader.AtEnd()) Fail(StepResult::kBroken);
    return result_;
  }

  StepResult result() const { return result_; }

 private:
  static constexpr int kMaxDepth = 16;

  void Fail(StepResult result) { result_ = result; }

  void PushRegister(uint64_t number, int64_t offset) {
    if (number >= kRegisters || !registers_.Knows(static_cast<unsigned>(number))) {
      Fail(StepResult::kNeedsRegisters);
      return;
    }
    StackWords* const words = memory_->words();
    if (words != nullptr && number == kRbp) words->UseBp(registers_.value[kRbp]);
    if (words != nullptr && ((kWalkRegisters >> number) & 1u) == 0) words->Spoil();
    Push(registers_.value[number] + static_cast<uintptr_t>(offset));
  }

  void Jump(DwarfReader* reader, const uint8_t* begin, int16_t distance) {
    const int64_t to = reader->at() - begin + distance;
    if (to < 0 || to > reader->end() - begin) {
      Fail(StepResult::kBroken);
    } else {
      *reader = DwarfReader(begin + to, reader->end());
    }
  }

  void PushCopy(int below_top) {
    if (below_top < depth_) {
      Push(stack_[depth_ - 1 - below_top]);
    } else {
      Fail(StepResult::kBroken);
    }
  }

  void Step(DwarfReader* reader, const uint8_t* begin) {
    const uint8_t operation = reader->Fixed<uint8_t>();
    if (operation >= kLit0 && operation <= kLit31) return Push(operation - uintptr_t{kLit0});
    if (operation >= kReg0 && operation <= kReg31) return PushRegister(operation - kReg0, 0);
    if (operation >= kBreg0 && operation <= kBreg31) {
      return PushRegister(operation - kBreg0, reader->Sleb());
    }
    uintptr_t value;
    switch (operation) {
      case kNopOperation:
        return;
      case kAddress:
      case kConst8u:
      case kConst8s:
        return Push(reader->Fixed<uint64_t>());
      case kConst1u:
        return Push(reader->Fixed<uint8_t>());
      case kConst1s:
        return Push(static_cast<uintptr_t>(intptr_t{reader->Fixed<int8_t>()}));
      case kConst2u:
        return Push(reader->Fixed<uint16_t>());
      case kConst2s:
        return Push(static_cast<uintptr_t>(intptr_t{reader->Fixed<int16_t>()}));
      case kConst4u:
        return Push(reader->Fixed<uint32_t>());
      case kConst4s:
        return Push(static_cast<uintptr_t>(intptr_t{reader->Fixed<int32_t>()}));
      case kConstu:
        return Push(reader->Uleb());
      case kConsts:
        return Push(static_cast<uintptr_t>(reader->Sleb()));
      case kDup:
        return PushCopy(0);
      case kOver:
        return PushCopy(1);
      case kPick:
        return PushCopy(reader->Fixed<uint8_t>());
      case kDrop:
        Pop();
        return;
      case kSwap: {
        const uintptr_t top = Pop();
        value = Pop();
        Push(top);
        return Push(value);
      }
      case kDeref:
        if (!memory_->ReadAndKeep(Pop(), &value)) return Fail(StepResult::kBroken);
        return Push(value);
      case kNeg:
        return Push(0 - Pop());
      case kNot:
        return Push(~Pop());
      case kPlusUconst:
        return Push(Pop() + reader->Uleb());
      case kBregx:
        value = reader->Uleb();
        return PushRegister(value, reader->Sleb());
      case kSkip:
        return Jump(reader, begin, reader->Fixed<int16_t>());
      case kBra: {
        const int16_t distance = reader->Fixed<int16_t>();
        if (Pop() != 0) Jump(reader, begin, distance);
        return;
      }
      default: {
        const uintptr_t b = Pop();
        const uintptr_t a = Pop();
        if (!Combine(operation, a, b, &value)) return Fail(StepResult::kBroken);
        return Push(value);
      }
    }
  }

  const Registers& registers_;
  StackReader* const memory_;
  uintptr_t stack_[kMaxDepth];
  int depth_ = 0;
  StepResult result_ = StepResult::kCaller;
};

}  // namespace

StepResult EvaluateExpression(const uint8_t* block, const Registers& registers, StackReader* memory,
                              bool has_initial, uintptr_t* value) noexcept {
  Evaluation evaluation(registers, memory);
  if (has_initial) evaluation.Push(*value);
  const StepResult result = evaluation.Run(block);
  if (result != StepResult::kCaller) return result;
  *value = evaluation.Pop();
  return evaluation.result();
}

}  // namespace memprof
