// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_METER_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_METER_H_

#include <stdint.h>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/descriptors.h"
#include "gtest_plugin/tracker/heap_owner.h"
#include "gtest_plugin/tracker/mappings.h"

namespace memprof {

/// Everything that is counted, read at one moment.
struct Reading {
  HeapTotals heap;
  MappingTotals mappings;
  int descriptors = 0;  ///< -1 where /proc cannot be read
  int threads = 0;      ///< -1 where /proc cannot be read
  int64_t monotonic_ns = 0;
};

/// Takes readings and turns two of them into a window. Descriptors and threads are asked of the
/// kernel only where a hooked call came in between, or another descriptor took the lowest free
/// number, which keeps a reading under a microsecond.
class Meter {
 public:
  /// Who owns the heap decides which fields are measured at all.
  void Start(const HeapOwnership& ownership) noexcept;

  /// A reading now; `ask_kernel` asks it in any case.
  Reading Read(bool ask_kernel) noexcept;

  /// Waits for threads beyond `allowed` to end, as far as the settling time allows.
  void Settle(int allowed) noexcept;

  record::Window Between(const Reading& start, const Reading& end) const noexcept;
  record::Totals Totals(const Reading& reading) const noexcept;

  /// The descriptors as of the last reading that looked.
  const DescriptorSet& descriptors() const noexcept { return descriptors_; }
  /// Changes whenever descriptors() was read anew.
  uint64_t descriptor_version() const noexcept { return descriptor_version_; }

  void set_settle_limit_ns(int64_t limit) noexcept { settle_limit_ns_ = limit; }

 private:
  bool heap_counted_ = false;
  int64_t settle_limit_ns_ = 0;
  int settle_failures_ = 0;
  DescriptorSet descriptors_;
  int descriptor_count_ = -1;
  uint64_t descriptor_calls_ = 0;
  uint64_t descriptor_version_ = 0;
  int thread_count_ = -1;
  uint64_t thread_calls_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_METER_H_
