// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

extern "C" char** environ;

namespace memprof {
namespace {

/// As before libc is initialised: there is only what the kernel was given.
class WithoutLibc {
 public:
  WithoutLibc() { environ = nullptr; }
  ~WithoutLibc() { environ = saved_; }
  WithoutLibc(const WithoutLibc&) = delete;
  WithoutLibc& operator=(const WithoutLibc&) = delete;

 private:
  char** saved_ = environ;
};

TEST(Environment, NameAndValueMustBeTheWholeEntry) {
  setenv("MEMPROF_SAMPLE", "12", 1);
  EXPECT_TRUE(EarlyEnvironmentIs("MEMPROF_SAMPLE", "12"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SAMPLE", "1"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SAMPLE", "123"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SAMPL", "12"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SAMPLE1", "12"));
  EXPECT_FALSE(EarlyEnvironmentIs("EMPROF_SAMPLE", "12"));
  setenv("MEMPROF_SAMPLE", "", 1);
  EXPECT_TRUE(EarlyEnvironmentIs("MEMPROF_SAMPLE", ""));
  unsetenv("MEMPROF_SAMPLE");
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SAMPLE", ""));
}

TEST(Environment, WithoutLibcItIsTheOneTheProcessWasStartedWith) {
  setenv("MEMPROF_SET_LATER", "1", 1);
  const WithoutLibc early;
  // The test program starts itself with it.
  EXPECT_TRUE(EarlyEnvironmentIs("MEMPROF_TRACE", "1"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_TRACE", "0"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_SET_LATER", "1"));
}

TEST(Environment, EntriesLongerThanAnyOfOursAreReadOver) {
  const std::string long_value(10000, 'v');
  if (getenv("MEMPROF_LONG") == nullptr) {
    // Behind the long entry another one must still be found.
    setenv("MEMPROF_LONG", long_value.c_str(), 1);
    setenv("MEMPROF_BEHIND", "yes", 1);
    const pid_t child = fork();
    ASSERT_NE(child, -1);
    if (child == 0) {
      const char* const arguments[] = {
          "memprof_trace_tests", "--gtest_filter=Environment.EntriesLongerThanAnyOfOursAreReadOver",
          "--gtest_brief=1", nullptr};
      execv("/proc/self/exe", const_cast<char**>(arguments));
      _exit(2);
    }
    int status = 1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    unsetenv("MEMPROF_LONG");
    unsetenv("MEMPROF_BEHIND");
    return;
  }
  const WithoutLibc early;
  EXPECT_TRUE(EarlyEnvironmentIs("MEMPROF_BEHIND", "yes"));
  EXPECT_FALSE(EarlyEnvironmentIs("MEMPROF_LONG", "v"));
}

}  // namespace
}  // namespace memprof
