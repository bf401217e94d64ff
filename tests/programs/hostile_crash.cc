// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The second of three tests dies of SIGSEGV.
#include <gtest/gtest.h>

int* volatile nowhere = nullptr;

TEST(Crash, PassesBefore) {}

TEST(Crash, Crashes) { *nowhere = 1; }

TEST(Crash, NeverRuns) {}
