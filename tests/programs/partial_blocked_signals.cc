// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A thread that blocks all signals, while another refers to memory that grows by its stack alone: a
// snapshot that cannot park them must call nothing lost.
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <list>
#include <mutex>
#include <string>

// Never destroyed, since the thread never ends.
std::mutex& mutex = *new std::mutex;
std::condition_variable& changed = *new std::condition_variable;
int wanted = 0;
int done = 0;

void* KeepOnItsStack(void*) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::list<std::string> kept;
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    changed.wait(lock, [] { return wanted != done; });
    kept.emplace_back(300, 'k');
    done = wanted;
    changed.notify_all();
  }
}

/// Of both tests, so that neither runs in a process of one thread.
void StartThread() {
  static pthread_t thread = 0;
  if (thread == 0) {
    ASSERT_EQ(pthread_create(&thread, nullptr, &KeepOnItsStack, nullptr), 0);
  }
}

TEST(Blocked, AThreadKeepsOnItsStack) {
  StartThread();
  std::unique_lock<std::mutex> lock(mutex);
  ++wanted;
  changed.notify_all();
  changed.wait(lock, [] { return wanted == done; });
}

TEST(Blocked, ATestLosesMemory) {
  StartThread();
  char* volatile lost = new char[200];  // LEAK: memory-leak, or growth where snapshots are partial
  lost[0] = 'l';
}
