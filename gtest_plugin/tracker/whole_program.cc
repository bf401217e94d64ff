// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/whole_program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/record/service_format.h"
#include "gtest_plugin/service/service.h"
#include "gtest_plugin/tracker/process_facts.h"
#include "gtest_plugin/tracker/session.h"
#include "gtest_plugin/tracker/table_locks.h"

namespace memprof {
namespace {

constexpr int kLockWaitMs = 3000;
constexpr int kLongestEndMs = 60000;

enum State : int { kNotMeasured, kRuns, kEnded };
int g_state = kNotMeasured;
long g_ending_thread = 0;

void Rest() {
  const timespec millisecond = {0, 1000000};
  syscall(SYS_nanosleep, &millisecond, nullptr);
}

void End(record::EndingKind kind) {
  // One that is not free by then is this thread's own, which a signal has interrupted.
  if (!g_table_locks.TakeAll(kLockWaitMs)) return;
  g_table_locks.GiveAllBack();
  Session& session = ProcessSession();
  session.set_ending(kind);
  session.IterationEnd(0);
  session.ProgramEnd(true);
}

}  // namespace

bool IsWholeProgram() noexcept {
  const char* const wanted = getenv(record::kProgramVariable);
  return wanted != nullptr && strcmp(wanted, "1") == 0;
}

void StartWholeProgram() noexcept {
  const int saved = errno;
  Session& session = ProcessSession();
  if (session.ClaimProgram()) {
    session.ProgramStart(nullptr, 0, 0);
    session.IterationStart(0, 0);
    __atomic_store_n(&g_state, kRuns, __ATOMIC_RELEASE);
    StartService(session.ownership(), session.record_path());
  }
  errno = saved;
}

void EndWholeProgram(record::EndingKind kind) noexcept {
  if (__atomic_load_n(&g_state, __ATOMIC_ACQUIRE) == kNotMeasured) return;
  if (syscall(SYS_getpid) != g_process_facts.pid) return;
  const int saved = errno;
  const long self = syscall(SYS_gettid);
  long ending = 0;
  if (__atomic_compare_exchange_n(&g_ending_thread, &ending, self, false, __ATOMIC_ACQ_REL,
                                  __ATOMIC_ACQUIRE)) {
    End(kind);
    __atomic_store_n(&g_state, kEnded, __ATOMIC_RELEASE);
  } else if (ending != self) {  // else in a handler of a signal that came meanwhile
    // The process must not go before its record is written.
    for (int i = 0; i < kLongestEndMs && __atomic_load_n(&g_state, __ATOMIC_ACQUIRE) != kEnded;
         ++i) {
      Rest();
    }
  }
  errno = saved;
}

}  // namespace memprof
