// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A process that nobody without privileges may trace, in which a test loses memory and one keeps
// it.
#include <gtest/gtest.h>
#include <sys/prctl.h>

#include <chrono>
#include <list>
#include <string>
#include <thread>

std::list<std::string> kept;

void BeNotDumpable() {
  static const int refused = prctl(PR_SET_DUMPABLE, 0);
  EXPECT_EQ(refused, 0);
  static std::thread* const idle = new std::thread([] {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  });
  EXPECT_TRUE(idle->joinable());
}

TEST(NotDumpable, KeepsMore) {
  BeNotDumpable();
  kept.emplace_back(300, 'k');
}

TEST(NotDumpable, LosesMemory) {
  BeNotDumpable();
  char* volatile lost = new char[200];  // LEAK: memory-leak, or growth where snapshots are partial
  lost[0] = 'l';
}
