// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/stack_walk.h"

// The walk of machines for which there is no reading of call-frame information yet. Each frame
// record is the caller's frame pointer, and above it the return address.

#if !defined(__x86_64__)

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/unwind/stack_reader.h"

namespace memprof {
namespace {

/// AArch64 signs return addresses in bits that no address uses.
uintptr_t WithoutSignature(uintptr_t pc) {
#if defined(__aarch64__)
  register uintptr_t link __asm__("x30") = pc;
  __asm__("hint #7" : "+r"(link));  // xpaclri; nothing on machines without signatures
  return link;
#else
  return pc;
#endif
}

}  // namespace

WalkResult WalkStack(const CallerFrame& from, uintptr_t* return_addresses,
                     StackWords* words) noexcept {
  if (words != nullptr) {
    words->Begin(from.sp);
    words->uses_bp = true;
  }
  StackReader memory(from.sp, words);
  return_addresses[0] = from.pc;
  uintptr_t lowest = from.sp;
  uintptr_t bp = from.bp;
  for (uint32_t frames = 1;;) {
    if (bp == 0) return {frames, 0};
    uintptr_t next_bp;
    uintptr_t pc;
    // Records rise, else the register was used for something else.
    if (bp < lowest || !memory.Reach(bp + 16) || !memory.ReadAndKeep(bp, &next_bp) ||
        !memory.ReadAndKeep(bp + 8, &pc)) {
      return {frames, record::kStackIncomplete};
    }
    pc = WithoutSignature(pc);
    if (pc == 0) return {frames, 0};
    if (frames == kMaxFrames) return {frames, record::kStackCut};
    return_addresses[frames++] = pc;
    lowest = bp + 16;
    bp = next_bp;
  }
}

}  // namespace memprof

#endif  // !__x86_64__
