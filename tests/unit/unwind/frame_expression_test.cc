// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/unwind/frame_expression.h"

#include <gtest/gtest.h>

#include <vector>

namespace memprof {
namespace {

using Bytes = std::vector<uint8_t>;

StepResult Evaluate(Bytes expression, const Registers& registers, uintptr_t* value) {
  expression.insert(expression.begin(), static_cast<uint8_t>(expression.size()));
  StackReader memory(registers.value[kRsp], nullptr);
  return EvaluateExpression(expression.data(), registers, &memory, false, value);
}

class FrameExpression : public testing::Test {
 protected:
  FrameExpression() : registers_{} {
    registers_.value[kRsp] = reinterpret_cast<uintptr_t>(stack_);
    registers_.value[kRbp] = 50;
    registers_.value[kReturnAddress] = 0x100c;
    registers_.known = kWalkRegisters;
  }

  uintptr_t stack_[2] = {1000, 2000};
  Registers registers_;
};

TEST_F(FrameExpression, ComputesAsDwarfSays) {
  const struct {
    const char* what;
    Bytes expression;
    uintptr_t expected;
  } rows[] = {
      {"literals", {0x4f}, 31},
      {"unsigned byte", {0x08, 0xff}, 255},
      {"signed byte", {0x09, 0xff}, ~uintptr_t{0}},
      {"unsigned LEB128", {0x10, 0x80, 0x02}, 256},
      {"signed LEB128", {0x11, 0x7f}, ~uintptr_t{0}},
      {"register", {0x56}, 50},
      {"register + offset", {0x76, 0x7e}, 48},
      {"numbered register + offset", {0x92, 6, 3}, 53},
      {"memory", {0x77, 8, 0x06}, 2000},
      {"minus", {0x39, 0x34, 0x1c}, 5},
      {"over and drop", {0x35, 0x36, 0x14, 0x22, 0x13}, 5},
      {"swap", {0x35, 0x3f, 0x16, 0x1c}, 10},
      {"pick", {0x35, 0x36, 0x37, 0x15, 2}, 5},
      {"shift", {0x31, 0x36, 0x24}, 64},
      {"arithmetic shift", {0x09, 0xf0, 0x32, 0x26}, ~uintptr_t{0} - 3},
      {"signed comparison", {0x09, 0xff, 0x30, 0x2d}, 1},
      {"branch taken", {0x35, 0x31, 0x28, 1, 0, 0x36}, 5},
      {"branch not taken", {0x35, 0x30, 0x28, 1, 0, 0x36}, 6},
      // The linker's rule for the PLT: rsp + 8, and 8 more behind the push.
      {"PLT", {0x76, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22}, 66},
  };
  for (const auto& row : rows) {
    uintptr_t value = 0;
    ASSERT_EQ(Evaluate(row.expression, registers_, &value), StepResult::kCaller) << row.what;
    EXPECT_EQ(value, row.expected) << row.what;
  }
}

TEST_F(FrameExpression, RefusesWhatItCannotCompute) {
  const struct {
    const char* what;
    Bytes expression;
    StepResult expected;
  } rows[] = {
      {"nothing", {}, StepResult::kBroken},
      {"unknown operation", {0x35, 0x36, 0xe0}, StepResult::kBroken},
      {"too few values", {0x35, 0x22}, StepResult::kBroken},
      {"ends amid a number", {0x0c, 1, 2}, StepResult::kBroken},
      {"jump out", {0x2f, 0, 0x10}, StepResult::kBroken},
      {"endless loop", {0x2f, 0xfd, 0xff}, StepResult::kBroken},
      {"endless pushing", {0x31, 0x2f, 0xfc, 0xff}, StepResult::kBroken},
      {"memory that isn't there", {0x38, 0x06}, StepResult::kBroken},
      {"unaligned memory", {0x77, 1, 0x06}, StepResult::kBroken},
      {"register that isn't known", {0x73, 0}, StepResult::kNeedsRegisters},
  };
  for (const auto& row : rows) {
    uintptr_t value = 0;
    EXPECT_EQ(Evaluate(row.expression, registers_, &value), row.expected) << row.what;
  }
}

}  // namespace
}  // namespace memprof
