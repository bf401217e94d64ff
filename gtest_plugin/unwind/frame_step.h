// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_STEP_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_STEP_H_

#include <stdint.h>

#include "gtest_plugin/unwind/call_frame.h"
#include "gtest_plugin/unwind/frame_expression.h"
#include "gtest_plugin/unwind/registers.h"
#include "gtest_plugin/unwind/stack_reader.h"

namespace memprof {

/// Goes from a frame to its caller by any rule, expressions and signal frames included; slowly.
/// On kCaller `registers` are the caller's, with those of `wanted` that could be told.
StepResult StepToCaller(const FrameRow& row, StackReader* memory, Registers* registers) noexcept;

/// The registers that calls keep, as they are in the frame of this thread that will go on at `pc`
/// with `sp`: found by unwinding from here. False where that frame is not among the innermost 16.
bool FindRegistersAt(uintptr_t pc, uintptr_t sp, Registers* registers) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_STEP_H_
