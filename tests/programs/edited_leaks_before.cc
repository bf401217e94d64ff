// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses 24 bytes a run. Built again as edited_leaks_after, the lines of that are further down, and
// the same function loses 100 bytes more, above.
#include <gtest/gtest.h>

#include <cstring>

#ifdef MEMPROF_TEST_AFTER
static int Answer() {
  int answer = 40;
  answer += 2;
  return answer;
}
#else
static int Answer() { return 42; }
#endif

static int Load(int seed) {
#ifdef MEMPROF_TEST_AFTER
  char* const name = new char[100];
  std::memset(name, seed, 100);
  seed += name[0];
#endif
  int* const numbers = new int[6]{seed};
  return numbers[0];
}

TEST(Edited, LosesWhatItLoads) { EXPECT_GE(Load(Answer()), 42); }
