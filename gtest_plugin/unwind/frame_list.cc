// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/frame_list.h"

#include "gtest_plugin/unwind/frame_step.h"
#include "gtest_plugin/unwind/stack_reader.h"

// Of glibc 2.35 and later; see unwind_table.cc.
extern "C" int MemprofCanFindObject(void* address, void* found) __asm__("_dl_find_object")
    __attribute__((weak));

namespace memprof {

#if defined(__x86_64__)

namespace {

Registers RegistersOf(const FrameStart& from) {
  Registers registers = {};
  constexpr unsigned kGeneral = 16;
  for (unsigned i = 0; from.registers != nullptr && i < kGeneral; ++i) {
    registers.value[i] = from.registers[i];
  }
  registers.known = from.registers == nullptr ? kWalkRegisters
                    : from.has_all_registers  ? kAllRegisters
                                              : kKeptAcrossCalls;
  registers.wanted = kAllRegisters;
  registers.value[kRbp] = from.bp;
  registers.value[kRsp] = from.sp;
  registers.value[kReturnAddress] = from.pc;
  return registers;
}

}  // namespace

uint32_t ListFrames(const FrameStart& from, record::StackFrame* frames,
                    uint32_t capacity) noexcept {
  if (&MemprofCanFindObject == nullptr || (from.sp & 7) != 0) return 0;
  Registers registers = RegistersOf(from);
  StackReader memory(from.sp, nullptr);
  uintptr_t address = from.is_return_address ? from.pc - 1 : from.pc;
  uint32_t count = 0;
  while (count < capacity && registers.value[kReturnAddress] != 0) {
    const uintptr_t pc = registers.value[kReturnAddress];
    const uintptr_t sp = registers.value[kRsp];
    FrameDescription description;
    FrameRow row;
    if (!FindFrameDescription(address, &description)) break;
    if (!FindRow(description, address, &row)) break;
    if (StepToCaller(row, &memory, &registers) != StepResult::kCaller) break;
    // The caller's stack pointer is the frame's CFA, by definition. A signal handler may run on
    // another stack than whom it interrupted; elsewhere they rise.
    const uintptr_t cfa = registers.value[kRsp];
    if (!registers.Knows(kRsp) || (cfa <= sp && !row.signal_frame)) break;
    frames[count++] = {pc, cfa};
    address = registers.value[kReturnAddress] - (row.signal_frame ? 0 : 1);
  }
  return count;
}

#else

// A frame record is the caller's frame pointer and the return address, and what lies above it is
// the caller's on AArch64 only by the habit of compilers.
uint32_t ListFrames(const FrameStart& from, record::StackFrame* frames,
                    uint32_t capacity) noexcept {
  StackReader memory(from.sp, nullptr);
  uintptr_t pc = from.pc;
  uintptr_t bp = from.bp;
  uintptr_t lowest = from.sp;
  uint32_t count = 0;
  while (count < capacity && pc != 0) {
    uintptr_t next_bp;
    uintptr_t next_pc;
    if (bp < lowest || !memory.Read(bp, &next_bp) || !memory.Read(bp + 8, &next_pc)) break;
    lowest = bp + 16;
    frames[count++] = {pc, lowest};
    pc = next_pc;
    bp = next_bp;
  }
  return count;
}

#endif

}  // namespace memprof
