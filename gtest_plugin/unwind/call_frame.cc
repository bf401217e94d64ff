// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/call_frame.h"

#include "gtest_plugin/unwind/dwarf_reader.h"

namespace memprof {
namespace {

enum Instruction : uint8_t {
  kNop = 0x00,
  kSetLocation = 0x01,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0a,
  kRestoreState = 0x0b,
  kDefineCfa = 0x0c,
  kDefineCfaRegister = 0x0d,
  kDefineCfaOffset = 0x0e,
  kDefineCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSigned = 0x11,
  kDefineCfaSigned = 0x12,
  kDefineCfaOffsetSigned = 0x13,
  kValueOffset = 0x14,
  kValueOffsetSigned = 0x15,
  kValueExpression = 0x16,
  kGnuArgumentsSize = 0x2e,
  kGnuNegativeOffset = 0x2f,
  // The upper two bits alone:
  kAdvance = 0x40,
  kOffset = 0x80,
  kRestore = 0xc0,
};

/// States are remembered on our own stack, which may be a small one of a signal handler.
/// Compilers remember one, around an epilogue in the midst of a function.
constexpr int kMaxRemembered = 3;

class RowProgram {
 public:
  RowProgram(const FrameDescription& description, uintptr_t address, FrameRow* row)
      : description_(description), address_(address), location_(description.begin), row_(row) {}

  bool Run(const uint8_t* begin, const uint8_t* end) {
    DwarfReader reader(begin, end);
    while (!reader.AtEnd()) {
      if (!Step(&reader) || !reader.ok()) return false;
      if (location_ > address_) break;
    }
    return true;
  }

  void KeepAsInitial() { initial_ = *row_; }

 private:
  void Set(uint64_t number, RuleKind kind, int64_t value) {
    // Vector registers have numbers above ours and are of no use here.
    if (number < kRegisters) row_->registers[number] = {kind, value};
  }

  void Restore(uint64_t number) {
    if (number < kRegisters) row_->registers[number] = initial_.registers[number];
  }

  void Advance(uint64_t units) { location_ += units * description_.code_alignment; }

  int64_t Factored(int64_t offset) const { return offset * description_.data_alignment; }
  int64_t Factored(uint64_t offset) const { return Factored(static_cast<int64_t>(offset)); }

  void DefineCfa(uint64_t number, int64_t offset) {
    row_->cfa_kind = RuleKind::kRegisterOffset;
    row_->cfa_register = static_cast<uint16_t>(number);
    row_->cfa_value = offset;
  }

  static int64_t Expression(DwarfReader* reader) {
    const int64_t at = static_cast<int64_t>(reinterpret_cast<intptr_t>(reader->at()));
    reader->Skip(reader->Uleb());
    return at;
  }

  bool Step(DwarfReader* reader) {
    const uint8_t byte = reader->Fixed<uint8_t>();
    const uint64_t operand = byte & 0x3f;
    switch (byte & 0xc0) {
      case kAdvance:
        Advance(operand);
        return true;
      case kOffset:
        Set(operand, RuleKind::kAtOffset, Factored(reader->Uleb()));
        return true;
      case kRestore:
        Restore(operand);
        return true;
      default:
        return Extended(byte, reader);
    }
  }

  bool Extended(uint8_t instruction, DwarfReader* reader) {
    uint64_t number;
    switch (instruction) {
      case kNop:
        return true;
      case kSetLocation:
        location_ = reader->Pointer(description_.pointer_encoding, 0);
        return true;
      case kAdvance1:
        Advance(reader->Fixed<uint8_t>());
        return true;
      case kAdvance2:
        Advance(reader->Fixed<uint16_t>());
        return true;
      case kAdvance4:
        Advance(reader->Fixed<uint32_t>());
        return true;
      case kOffsetExtended:
        number = reader->Uleb();
        Set(number, RuleKind::kAtOffset, Factored(reader->Uleb()));
        return true;
      case kOffsetExtendedSigned:
        number = reader->Uleb();
        Set(number, RuleKind::kAtOffset, Factored(reader->Sleb()));
        return true;
      case kGnuNegativeOffset:
        number = reader->Uleb();
        Set(number, RuleKind::kAtOffset, -Factored(reader->Uleb()));
        return true;
      case kValueOffset:
        number = reader->Uleb();
        Set(number, RuleKind::kIsOffset, Factored(reader->Uleb()));
        return true;
      case kValueOffsetSigned:
        number = reader->Uleb();
        Set(number, RuleKind::kIsOffset, Factored(reader->Sleb()));
        return true;
      case kRestoreExtended:
        Restore(reader->Uleb());
        return true;
      case kUndefined:
        Set(reader->Uleb(), RuleKind::kUndefined, 0);
        return true;
      case kSameValue:
        Set(reader->Uleb(), RuleKind::kSame, 0);
        return true;
      case kRegister:
        number = reader->Uleb();
        Set(number, RuleKind::kInRegister, static_cast<int64_t>(reader->Uleb()));
        return true;
      case kExpression:
        number = reader->Uleb();
        Set(number, RuleKind::kAtExpression, Expression(reader));
        return true;
      case kValueExpression:
        number = reader->Uleb();
        Set(number, RuleKind::kIsExpression, Expression(reader));
        return true;
      case kRememberState:
        if (remembered_ == kMaxRemembered) return false;
        states_[remembered_++] = *row_;
        return true;
      case kRestoreState:
        if (remembered_ == 0) return false;
        *row_ = states_[--remembered_];
        return true;
      case kGnuArgumentsSize:
        reader->Uleb();
        return true;
      default:
        return DefineCfaBy(instruction, reader);
    }
  }

  bool DefineCfaBy(uint8_t instruction, DwarfReader* reader) {
    uint64_t number;
    switch (instruction) {
      case kDefineCfa:
        number = reader->Uleb();
        DefineCfa(number, static_cast<int64_t>(reader->Uleb()));
        return true;
      case kDefineCfaSigned:
        number = reader->Uleb();
        DefineCfa(number, Factored(reader->Sleb()));
        return true;
      case kDefineCfaRegister:
        // Only the register changes; behind an expression there is no offset to keep.
        if (row_->cfa_kind != RuleKind::kRegisterOffset) return false;
        row_->cfa_register = static_cast<uint16_t>(reader->Uleb());
        return true;
      case kDefineCfaOffset:
        if (row_->cfa_kind != RuleKind::kRegisterOffset) return false;
        DefineCfa(row_->cfa_register, static_cast<int64_t>(reader->Uleb()));
        return true;
      case kDefineCfaOffsetSigned:
        if (row_->cfa_kind != RuleKind::kRegisterOffset) return false;
        DefineCfa(row_->cfa_register, Factored(reader->Sleb()));
        return true;
      case kDefineCfaExpression:
        row_->cfa_value = Expression(reader);
        row_->cfa_kind = RuleKind::kIsExpression;
        return true;
      default:
        return false;
    }
  }

  const FrameDescription& description_;
  const uintptr_t address_;
  uintptr_t location_;
  FrameRow* const row_;
  FrameRow initial_ = {};
  FrameRow states_[kMaxRemembered];
  int remembered_ = 0;
};

}  // namespace

bool FindRow(const FrameDescription& description, uintptr_t address, FrameRow* row) noexcept {
  if (description.return_column != kReturnAddress) return false;
  *row = {};
  row->cfa_kind = RuleKind::kRegisterOffset;
  row->signal_frame = description.signal_frame;
  RowProgram program(description, address, row);
  if (!program.Run(description.common_program, description.common_program_end)) return false;
  program.KeepAsInitial();
  return program.Run(description.program, description.program_end);
}

}  // namespace memprof
