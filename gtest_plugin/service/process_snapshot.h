// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SERVICE_PROCESS_SNAPSHOT_H_
#define MEMPROF_GTEST_PLUGIN_SERVICE_PROCESS_SNAPSHOT_H_

#include <stdint.h>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/record/service_format.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// What became of a snapshot of the running process.
struct SnapshotOutcome {
  record::ServiceStatus status = record::kServiceFailed;
  uint32_t threads = 0;  ///< the program's
  uint32_t parked = 0;
  record::SnapshotState heap_state = record::kSnapshotMissing;
  uint64_t paused_ns = 0;
  uint64_t blocks = 0;
  uint64_t bytes = 0;
  const char* message = "";  ///< a clause that lives for ever
};

/// Why there can be no snapshot of this process; null when there can.
const char* WhyNoSnapshot() noexcept;

/// Parks the program's threads, copies the process, lets them run on, and returns when the copy has
/// written the record of what was alive to `record_file`, and the heap snapshot to `heap_file`
/// unless that is -1. The files are the calling thread's and stay open. On the hidden thread alone.
///
///     hidden thread      the program's threads      copy
///     takes the tables' locks
///     parks ───────────────► stand still
///     copies ────────────────────────────────────► gives the locks back, looks at modules
///     lets go ─────────────► run on                 writes the record, the heap snapshot
///     waits ◄────────────────────────────────────── ends
///
/// Where a thread was parked within the dynamic linker, which has a lock of its own, the copy is
/// given up and another made.
SnapshotOutcome TakeProcessSnapshot(int record_file, int heap_file) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SERVICE_PROCESS_SNAPSHOT_H_
