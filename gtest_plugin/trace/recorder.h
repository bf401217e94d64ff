// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_RECORDER_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_RECORDER_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/snapshot/heap_snapshots.h"
#include "gtest_plugin/snapshot/peak_contents.h"
#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/trace/stack_anchor.h"
#include "gtest_plugin/trace/survivors.h"

namespace memprof {

/// The trace's side of a session: opens windows, and brings what the tables hold to the record. All
/// calls come from the thread that marks the boundaries; without a trace they do nothing.
class TraceRecorder {
 public:
  /// Before hello, which says whether there is a trace. Without it there is none.
  void Prepare() noexcept;
  /// In a copy of the process that writes a record of its own: all is to be written anew. The
  /// tables must have been started by the process.
  void PrepareInCopy() noexcept;
  bool is_on() const noexcept { return on_; }
  /// See HeapSnapshots.
  void RefuseSnapshots(const char* why) noexcept { snapshots_.Refuse(why); }
  /// Why there is no trace although one was asked for; null when there is one or nobody asked.
  const char* why_off() const noexcept { return why_off_; }

  /// After hello.
  void Start(record::Writer* record) noexcept;

  /// What is made from now on belongs to this window; `suite` may be null. Returns its number.
  uint32_t OpenWindow(record::WindowKind kind, uint32_t test, uint32_t iteration,
                      const char* suite) noexcept;
  /// Back to a window that encloses the last one.
  void ReopenWindow(uint32_t window) noexcept;

  /// Where an earlier run of the test had a peak worth knowing, what this run's is
  /// made of is counted when it gets near. `live_bytes` are those at its start.
  void StartTest(uint32_t test, int64_t live_bytes) noexcept;
  void EndTest(uint32_t test, uint32_t iteration, int64_t peak) noexcept;

  /// Of a whole program, which has one run: what is alive is counted whenever the memory has grown
  /// by half since the last count, on the thread that allocates, and the last count is written.
  void WatchPeak() noexcept;
  void EndWatchedPeak() noexcept;
  /// In a copy: the last count that the process made, unless it was copied within one.
  void WritePeakOfProcess() noexcept;

  void EndIteration(uint32_t iteration) noexcept;
  void EndProgram() noexcept;
  /// Live blocks and bytes at the last EndIteration.
  const Survivors::Amount& live() const noexcept { return survivors_.all(); }
  /// Also where the program ended by exit() within a test: a snapshot may still be being written.
  void EndProcess() noexcept;

 private:
  void WriteSites() noexcept;
  void WriteState(uint32_t iteration) noexcept;

  bool on_ = false;
  const char* why_off_ = nullptr;
  record::Writer* record_ = nullptr;
  Survivors survivors_;
  Survivors* of_process_ = nullptr;  ///< in a copy; null where it holds no whole count
  StackAnchor anchor_;
  HeapSnapshots snapshots_;
  PeakContents contents_;
  uint32_t windows_ = 0;
  /// Of each test the highest peak of its runs, in bytes, and whether its make-up was written.
  struct KnownPeak {
    int64_t bytes;
    bool is_written;
  };
  ReservedArray<KnownPeak> peaks_;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_RECORDER_H_
