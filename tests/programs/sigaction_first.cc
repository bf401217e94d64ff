// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Calls sigaction as the first thing, which a LeakSanitizer that has not started up refuses.
#include <gtest/gtest.h>
#include <signal.h>

int answer = -2;

__attribute__((constructor(102))) void HandleSignals() {
  struct sigaction action = {};
  action.sa_handler = SIG_IGN;
  answer = sigaction(SIGUSR1, &action, nullptr);
}

TEST(Sigaction, SucceedsBeforeTheFirstMalloc) { EXPECT_EQ(answer, 0); }
