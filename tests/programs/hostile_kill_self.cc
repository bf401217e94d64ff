// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The second of three tests is killed with a signal that nothing can catch.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

TEST(Kill, PassesBefore) {}

TEST(Kill, KillsItself) { kill(getpid(), SIGKILL); }

TEST(Kill, NeverRuns) {}
