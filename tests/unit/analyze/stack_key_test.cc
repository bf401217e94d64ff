// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/stack_key.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

TEST(StackKey, CallsOfAStrippedProgramDifferByTheirOffset) {
  EXPECT_NE(StackKey({{"", "", 0, "/src/t", 0x10}}), StackKey({{"", "", 0, "/src/t", 0x20}}));
  EXPECT_EQ(StackKey({{"", "", 0, "/src/t", 0x10}}), StackKey({{"", "", 0, "/src/t", 0x10}}));
}

TEST(StackKey, CallsOfOneLineAreOneSite) {
  EXPECT_EQ(StackKey({{"f()", "/src/t.cc", 3, "/src/t", 0x10}}),
            StackKey({{"f()", "/src/t.cc", 3, "/src/t", 0x20}}));
}

TEST(StackKey, FieldsDoNotRunIntoEachOther) {
  EXPECT_NE(StackKey({{"ab", "", 0, ""}}), StackKey({{"a", "b", 0, ""}}));
  EXPECT_NE(StackKey({{"", "", 0, "", 1}, {"2", "", 0, ""}}),
            StackKey({{"", "", 0, "", 12}, {"", "", 0, ""}}));
}

}  // namespace
}  // namespace memprof
