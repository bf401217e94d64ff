// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_PROCESS_FACTS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_PROCESS_FACTS_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/tracker/heap_owner.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// What every record of this process says of it.
struct ProcessFacts {
  pid_t pid = 0;
  HeapOwnership ownership;
  uint64_t loaded_unix_ns = 0;
  int64_t loaded_ns = 0;   ///< by the monotonic clock
  uint32_t forks = 0;      ///< children made by fork()
  bool has_tests = false;  ///< a session measures tests, each with a peak of its own
};
extern ProcessFacts g_process_facts;

/// Writes the hello. It calls nothing of libc that takes a lock or allocates: a copy of the process
/// writes one too. `hello.heap_owner` and the time need not be set.
void WriteHelloRecord(record::Hello hello, const record::HelloMore& more,
                      const HeapOwnership& ownership, record::Writer* record) noexcept;

/// The same for how a whole program ended.
void WriteEndingRecord(record::EndingKind kind, record::Writer* record) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_PROCESS_FACTS_H_
