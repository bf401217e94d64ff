// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/next_function.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace memprof {
namespace {

TEST(NextFunction, IsFoundWhenTheProgramIsLoaded) {
  MEMPROF_NEXT_FUNCTION(next, "getppid");
  EXPECT_NE(next.address, nullptr);
  EXPECT_GT(Next<int (*)()>(&next)(), 0);
}

TEST(NextFunction, ThatLibcLacksIsNullAndLeavesNoError) {
  MEMPROF_NEXT_FUNCTION(next, "memprof_no_such_function");
  errno = 123;
  EXPECT_EQ(Next<void (*)()>(&next), nullptr);
  EXPECT_EQ(errno, 123);
  EXPECT_EQ(dlerror(), nullptr);
}

}  // namespace
}  // namespace memprof
