// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/stack_walk.h"

#if defined(__x86_64__)

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/unwind/frame_step.h"
#include "gtest_plugin/unwind/rule_cache.h"
#include "gtest_plugin/unwind/stack_reader.h"

namespace memprof {
namespace {

constexpr WalkResult Whole(uint32_t frames) { return {frames, 0}; }
constexpr WalkResult Cut(uint32_t frames) { return {frames, record::kStackCut}; }
constexpr WalkResult Incomplete(uint32_t frames) { return {frames, record::kStackIncomplete}; }

uintptr_t WordAt(uintptr_t address) { return *reinterpret_cast<const uintptr_t*>(address); }

/// Below the stack pointer these bytes are the function's own (System V ABI, section 3.2.2). One
/// that is interrupted at its `ret` has its rbp described there, although that is back already.
constexpr uintptr_t kRedZone = 128;

/// A frame by the whole call-frame information. On kCaller `*address` is where to look up the
/// caller.
StepResult StepSlowly(StackReader* memory, Registers* registers, uintptr_t* address) {
  FrameDescription description;
  FrameRow row;
  if (!FindFrameDescription(*address, &description)) return StepResult::kBroken;
  if (!FindRow(description, *address, &row)) return StepResult::kBroken;
  const StepResult result = StepToCaller(row, memory, registers);
  *address = registers->value[kReturnAddress] - (row.signal_frame ? 0 : 1);
  return result;
}

/// The walk anew, with all registers that calls keep; for stacks with a frame that needs them, as
/// the loader's that binds symbols lazily.
__attribute__((noinline)) WalkResult WalkWithRegisters(const CallerFrame& from,
                                                       uintptr_t* return_addresses) {
  Registers registers;
  return_addresses[0] = from.pc;
  if (!FindRegistersAt(from.pc, from.sp, &registers)) return Incomplete(1);
  StackReader memory(from.sp, nullptr);
  uintptr_t address = from.pc - 1;
  for (uint32_t frames = 1;;) {
    if (RuleAt(address).kind() == FrameRule::kOutermost) return Whole(frames);
    const StepResult result = StepSlowly(&memory, &registers, &address);
    if (result == StepResult::kOutermost) return Whole(frames);
    if (result != StepResult::kCaller) return Incomplete(frames);
    const uintptr_t pc = registers.value[kReturnAddress];
    if (pc == 0) return Whole(frames);
    if (frames == kMaxFrames) return Cut(frames);
    return_addresses[frames++] = pc;
  }
}

/// What the walk carries from frame to frame.
struct Position {
  uintptr_t pc;
  uintptr_t sp;
  uintptr_t bp;
  uintptr_t address;  ///< to look up: pc - 1, or pc of a function that was interrupted
};

__attribute__((noinline)) StepResult StepComplex(StackReader* memory, Position* at) {
  Registers registers;
  registers.value[kReturnAddress] = at->pc;
  registers.value[kRsp] = at->sp;
  registers.value[kRbp] = at->bp;
  registers.known = kWalkRegisters;
  registers.wanted = kWalkRegisters;
  const StepResult result = StepSlowly(memory, &registers, &at->address);
  if (result != StepResult::kCaller) return result;
  if (!registers.Knows(kRsp)) return StepResult::kBroken;
  at->pc = registers.value[kReturnAddress];
  at->sp = registers.value[kRsp];
  at->bp = registers.Knows(kRbp) ? registers.value[kRbp] : 0;
  if ((at->sp & 7) != 0) return StepResult::kBroken;
  memory->MoveTo(at->sp);
  return StepResult::kCaller;
}

/// A function that realigned its stack: its CFA is stored at a known distance from rbp.
__attribute__((noinline)) StepResult StepRealigned(FrameRule rule, StackReader* memory,
                                                   Position* at) {
  StackWords* const words = memory->words();
  if (words != nullptr) words->UseBp(at->bp);
  uintptr_t cfa;
  const uintptr_t bp = at->bp;
  if (!memory->ReadAndKeep(bp + static_cast<uintptr_t>(rule.signed_offset()), &cfa)) {
    return StepResult::kBroken;
  }
  if (cfa <= at->sp || (cfa & 7) != 0 || !memory->Reach(cfa)) return StepResult::kBroken;
  if (rule.saved() != 0) {
    const uintptr_t slot =
        rule.saved() == FrameRule::kSavedAtBp ? bp : cfa - uintptr_t{8} * rule.saved();
    if (!memory->Read(slot, &at->bp)) return StepResult::kBroken;
    if (words != nullptr) words->bp_source = slot;
  }
  at->pc = WordAt(cfa - 8);
  if (words != nullptr) words->Keep(cfa - 8, at->pc);
  at->sp = cfa;
  at->address = at->pc - 1;
  return StepResult::kCaller;
}

template <bool keeps_words>
WalkResult Walk(const CallerFrame& from, uintptr_t* return_addresses, StackWords* words) {
  StackReader memory(from.sp, words);
  Position at = {from.pc, from.sp, from.bp, from.pc - 1};
  return_addresses[0] = from.pc;
  for (uint32_t frames = 1;;) {
    const FrameRule rule = RuleAt(at.address);
    if (__builtin_expect(rule.is_simple(), 1)) {
      const bool from_bp = rule.kind() == FrameRule::kCfaFromBp;
      if (keeps_words && from_bp) words->UseBp(at.bp);
      const uintptr_t cfa = (from_bp ? at.bp : at.sp) + rule.offset();
      const uintptr_t frame_bytes = cfa - at.sp;
      // One comparison for a CFA that is not above sp and for one beyond what can be read.
      if (__builtin_expect(frame_bytes - 1 >= memory.end() - at.sp, 0)) {
        if (cfa <= at.sp || !memory.Reach(cfa)) return Incomplete(frames);
      }
      if (__builtin_expect((cfa & 7) != 0, 0)) return Incomplete(frames);
      at.pc = WordAt(cfa - 8);
      if (keeps_words) words->Keep(cfa - 8, at.pc);
      const uintptr_t saved = rule.saved();
      const uintptr_t slot = cfa - 8 * (saved != 0 ? saved : 1);
      uintptr_t word;
      if (__builtin_expect(8 * saved <= frame_bytes, 1)) {
        // Whether rbp was saved follows no pattern: load some word and choose, rather than branch.
        word = WordAt(slot);
      } else if (8 * saved > frame_bytes + kRedZone || !memory.Read(slot, &word)) {
        return Incomplete(frames);
      }
      at.bp = saved != 0 ? word : at.bp;
      if (keeps_words && saved != 0) words->bp_source = slot;
      at.sp = cfa;
      at.address = at.pc - 1;
    } else {
      StepResult result = StepResult::kBroken;
      if (rule.kind() == FrameRule::kCfaAtBp) {
        result = StepRealigned(rule, &memory, &at);
      } else if (rule.kind() == FrameRule::kComplex) {
        result = StepComplex(&memory, &at);
      } else if (rule.kind() == FrameRule::kOutermost) {
        return Whole(frames);
      }
      if (result == StepResult::kNeedsRegisters) {
        if (keeps_words) words->Spoil();
        return WalkWithRegisters(from, return_addresses);
      }
      if (result == StepResult::kOutermost) return Whole(frames);
      if (result != StepResult::kCaller) return Incomplete(frames);
    }
    if (at.pc == 0) return Whole(frames);
    if (frames == kMaxFrames) return Cut(frames);
    return_addresses[frames++] = at.pc;
  }
}

}  // namespace

__attribute__((noinline)) WalkResult WalkStack(const CallerFrame& from, uintptr_t* return_addresses,
                                               StackWords* words) noexcept {
  if ((from.sp & 7) != 0) {
    return_addresses[0] = from.pc;
    if (words != nullptr) words->Spoil();
    return Incomplete(1);
  }
  if (words == nullptr) return Walk<false>(from, return_addresses, nullptr);
  words->Begin(from.sp);
  return Walk<true>(from, return_addresses, words);
}

}  // namespace memprof

#endif  // __x86_64__
