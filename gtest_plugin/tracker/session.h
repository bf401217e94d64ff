// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_SESSION_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_SESSION_H_

#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/include/memprof/probe.h"
#include "gtest_plugin/include/memprof/tracker.h"
#include "gtest_plugin/listener/console.h"
#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/trace/recorder.h"
#include "gtest_plugin/tracker/authored_test.h"
#include "gtest_plugin/tracker/meter.h"

namespace memprof {

/// One run of a test program, from its first test to its last: turns boundaries into records, or
/// into lines on the console where nobody reads a record.
///
///     program ── iteration ── suite ── test        each level is a window within the one before;
///                                                  what a level keeps beside its children is its
///                                                  own
///
/// The environment steers it:
///   MEMPROF            "off", "verbose"
///   MEMPROF_RECORD     absolute path of the record; set by the driver
///   MEMPROF_SETTLE_MS  how long threads get to end after a test (2,000 without a driver)
///   MEMPROF_LEAK_CHECK "1": ask LeakSanitizer at the end of the program's last test, while static
///                      objects still hold what is theirs
///   MEMPROF_REST_MS    how long to pause before the last iteration; 0 without a driver
///   MEMPROF_SNAPSHOT   prefix of the files that massif's snapshots go to, one an iteration
///   MEMPROF_HEAP_SNAPSHOTS
///                      numbers of iterations, from 0 and with commas between, at whose end a heap
///                      snapshot is taken, next to the record; only with a full trace
///   MEMPROF_PEAK_CONTENTS
///                      "1": in a later run of a test, at its peak, which of its blocks have equal
///                      contents; only with a full trace
class Session {
 public:
  /// Reads the environment. Returns false when the program is to be left alone.
  bool Claim() noexcept;
  /// The same for a whole program, which needs a record. False also where a program that the
  /// process ran before it called exec has taken all names that there are.
  bool ClaimProgram() noexcept;
  bool is_claimed() const noexcept { return claimed_; }
  const char* record_path() const noexcept { return record_.path(); }
  const HeapOwnership& ownership() const noexcept { return ownership_; }

  /// Who tells the boundaries; a listener unless it is said before ProgramStart.
  void set_boundary_source(record::BoundarySource source) noexcept { boundary_source_ = source; }
  /// Whether heap windows are measured at all.
  bool counts_heap() const noexcept { return ownership_.counted(); }

  void ProgramStart(const memprof_test* tests, uint32_t count, uint32_t repeat) noexcept;
  /// A test that was not among those of ProgramStart is about to start for the first time.
  void AnnounceTest(uint32_t id, const memprof_test& test) noexcept;
  void IterationStart(uint32_t iteration, uint32_t tests_planned) noexcept;
  void SuiteStart(const char* suite) noexcept;
  void TestStart(uint32_t id) noexcept;
  void TestEnd(uint32_t id, memprof_outcome outcome, uint32_t results) noexcept;
  /// Right after a TestEnd: the limit number `index` of those that the test has broken; false when
  /// there are no more, and where a driver reads the record and judges.
  bool BrokenLimit(uint32_t index, memprof_broken_limit* broken) const noexcept;
  void SuiteEnd(const char* suite) noexcept;
  void IterationEnd(uint32_t iteration) noexcept;
  void ProgramEnd(bool passed) noexcept;
  /// How a whole program comes to its end; before ProgramEnd.
  void set_ending(record::EndingKind kind) noexcept { ending_ = kind; }
  /// What the author says of the test that runs now. Any thread.
  void AddLimit(memprof_limit kind, int64_t value, const char* file, int line) noexcept;
  void AddKeeps(int64_t bytes, const char* why, const char* file, int line) noexcept;
  /// The program's static objects are destroyed.
  void ProcessEnd() noexcept;

 private:
  /// In a child of fork, and after the first RUN_ALL_TESTS of the program.
  bool IsSilent() const noexcept;
  /// Before the last iteration, lets timers and background threads give back what they hold, so
  /// that the last value of the series falls where something does.
  void Rest() noexcept;
  bool OpenRecord(const char* path) noexcept;
  void WriteHello(uint32_t tests, uint32_t repeat) noexcept;
  void WriteTest(uint32_t id, const memprof_test& test) noexcept;
  void WriteDescriptorChanges(const DescriptorSet& before, uint32_t test) noexcept;
  void WriteLost() noexcept;
  void WriteLeakCheck() noexcept;

  record::BoundarySource boundary_source_ = record::kFromListener;
  record::EndingKind ending_ = record::kEndedOtherwise;
  HeapOwnership ownership_;
  Meter meter_;
  record::Writer record_;
  TraceRecorder trace_;
  AuthoredTest authored_;
  Console console_;
  bool console_on_ = false;
  bool verbose_ = false;
  bool claimed_ = false;
  pid_t pid_ = 0;
  const char* snapshot_prefix_ = nullptr;
  int64_t rest_ns_ = 0;
  uint32_t repeat_ = 0;
  bool started_ = false;
  bool over_ = false;

  uint32_t iteration_ = 0;
  uint32_t program_window_ = 0;
  uint32_t suite_window_ = 0;
  uint32_t tests_in_suite_ = 0;
  Reading iteration_start_;
  Reading iteration_end_;  // of the last iteration; the program's start before the first
  Reading suite_start_;
  Reading test_start_;
  int64_t peak_base_ = 0;
  DescriptorSet at_test_start_;
  uint64_t at_test_start_version_ = 0;
  DescriptorSet at_iteration_end_;
  uint64_t lost_records_written_ = 0;
};

/// The session of this process: made when the library is loaded, never destroyed.
Session& ProcessSession() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_SESSION_H_
