// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_EXPRESSION_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_EXPRESSION_H_

#include <stdint.h>

#include "gtest_plugin/unwind/registers.h"
#include "gtest_plugin/unwind/stack_reader.h"

namespace memprof {

/// How the step from a frame to its caller ended.
enum class StepResult {
  kCaller,          ///< the registers are the caller's now
  kOutermost,       ///< there is no caller
  kNeedsRegisters,  ///< the rule needs a register that this walk doesn't carry
  kBroken,          ///< the rule is not to be believed, or memory was not readable
};

/// Evaluates the DWARF expression whose length is at `block` (DWARF 5, section 2.5), with `*value`
/// pushed beforehand where `has_initial`. kCaller means that `*value` is the answer. Such
/// expressions stand for realigned stacks, entries of the PLT and signal frames.
StepResult EvaluateExpression(const uint8_t* block, const Registers& registers, StackReader* memory,
                              bool has_initial, uintptr_t* value) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_FRAME_EXPRESSION_H_
