// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The second of three tests ends the process, with success.
#include <gtest/gtest.h>
#include <unistd.h>

TEST(Exit, PassesBefore) {}

TEST(Exit, ExitsWithZero) { _exit(0); }

TEST(Exit, NeverRuns) {}
