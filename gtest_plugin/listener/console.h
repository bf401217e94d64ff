// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_LISTENER_CONSOLE_H_
#define MEMPROF_GTEST_PLUGIN_LISTENER_CONSOLE_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/include/memprof/probe.h"
#include "gtest_plugin/record/format.h"
#include "gtest_plugin/tracker/growth_tally.h"
#include "gtest_plugin/tracker/heap_owner.h"

namespace memprof {

/// What a linked binary says by itself, as `[  MEMORY  ]` lines on stdout, when no driver reads
/// its record. It names a test only where that is certain: the process grew, its suite grew, and
/// it grew. Everything that one run can show is a suspicion, and gets one closing line for all.
class Console {
 public:
  /// Remembers names and makes room for a history of each test.
  void Start(const memprof_test* tests, uint32_t count, const HeapOwnership& ownership,
             bool verbose) noexcept;
  /// `holds_results`: GoogleTest keeps results of this test until the next run of it, so that the
  /// window's bytes are not the test's alone and say nothing certain.
  void OnTest(uint32_t id, const record::Window& window, bool holds_results) noexcept;
  void OnSuite(const record::Window& window) noexcept;
  /// `window` reaches from the end of the last iteration to the end of this one: GoogleTest drops
  /// the results of the last before it tells that the next begins.
  void OnIteration(const record::Window& window) noexcept;
  void Finish() noexcept;

 private:
  /// The quantities that are told apart.
  struct Tallies {
    GrowthTally bytes;
    GrowthTally descriptors;
    GrowthTally threads;

    void Add(const record::Window& window) noexcept;
    bool Grew() const noexcept { return bytes.Grew() || descriptors.Grew() || threads.Grew(); }
    bool Kept() const noexcept {
      return bytes.sum() > 0 || descriptors.sum() > 0 || threads.sum() > 0;
    }
  };
  struct Test {
    const char* suite;
    const char* name;
    uint32_t suite_id;
    Tallies tallies;
  };

  const char* Keep(const char* text) noexcept;
  /// Returns whether there was any.
  bool PrintGrowth(const Test& test) noexcept;

  HeapOwnership ownership_;
  bool verbose_ = false;
  Test* tests_ = nullptr;
  uint32_t count_ = 0;
  Tallies* suites_ = nullptr;
  uint32_t current_suite_ = 0;
  Tallies process_;
  char* names_ = nullptr;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_LISTENER_CONSOLE_H_
