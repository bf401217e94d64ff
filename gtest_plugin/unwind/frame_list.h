// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_LIST_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_LIST_H_

#include <stdint.h>

#include "gtest_plugin/record/format.h"

namespace memprof {

/// A thread that stands still, whose stack lies in this process's memory.
struct FrameStart {
  uintptr_t pc;
  uintptr_t sp;
  uintptr_t bp;
  const uint64_t* registers;  ///< 16 general ones by DWARF number, or null when they are unknown
  bool is_return_address;     ///< pc is where a call will return to, not the next instruction
  bool has_all_registers;     ///< else only those that calls keep
};

/// Lists the frames of a thread, innermost first, with the canonical frame address of each; how
/// many. It ends before a frame whose address cannot be told. Slower than WalkStack, of which it
/// shares the reading: about a microsecond a frame. Takes no lock; where the C library cannot find
/// call-frame information without one, there are no frames.
uint32_t ListFrames(const FrameStart& from, record::StackFrame* frames, uint32_t capacity) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_LIST_H_
