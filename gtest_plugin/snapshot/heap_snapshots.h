// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SNAPSHOTS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SNAPSHOTS_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/snapshot/stopped_world.h"

namespace memprof {

/// The heap snapshots of a session, each in a file beside the record. What is scanned and written
/// is done by a copy of the process while the program runs on; one at a time, for each copy may
/// come to have as much memory as the program. All calls come from the thread that marks the
/// boundaries.
class HeapSnapshots {
 public:
  /// `iterations` is what MEMPROF_HEAP_SNAPSHOTS says: numbers from 0, with commas between. Of more
  /// than 1024 the first count, and what comes after something else than a number does not. Null:
  /// no snapshots.
  void Prepare(const char* iterations) noexcept;

  /// None can be taken in this process; `why` is a clause that must live for ever.
  void Refuse(const char* why) noexcept { refusal_ = why; }

  /// Takes a snapshot if one is wanted at this iteration's end, and says in the record whether it
  /// came about. Must come after the origins of live blocks and the modules are on record.
  void EndIteration(uint32_t iteration, record::Writer* record) noexcept;

  /// Waits for the last one to be written, for half a minute at most. Who does not end by then is
  /// not waited for any more.
  void Finish() noexcept;

 private:
  bool IsWanted(uint32_t iteration) const noexcept;
  void Await(int wait_ms) noexcept;
  StopResult Take(uint32_t number, uint32_t iteration, const char* record_path) noexcept;

  static constexpr size_t kMost = 1024;
  uint32_t iterations_[kMost] = {};
  size_t count_ = 0;
  uint32_t number_ = 0;
  const char* refusal_ = nullptr;
  pid_t child_ = -1;      ///< that may still be at work; -1: none
  bool is_slow_ = false;  ///< it has been waited for in vain
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_HEAP_SNAPSHOTS_H_
