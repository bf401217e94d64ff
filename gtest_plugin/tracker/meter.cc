// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/meter.h"

#include <time.h>

#include "gtest_plugin/tracker/threads.h"

namespace memprof {
namespace {

int64_t MonotonicNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

// After this many waits that ran out, threads that stay are what this program does: the wait is
// cut to a tenth of a second, or 1,000 runs of a leaking test would take half an hour.
constexpr int kPatience = 1;
constexpr int64_t kShortWaitNs = 100000000;

}  // namespace

void Meter::Start(const HeapOwnership& ownership) noexcept { heap_counted_ = ownership.counted(); }

Reading Meter::Read(bool ask_kernel) noexcept {
  Reading reading;
  const uint64_t descriptor_calls = DescriptorCalls();
  if (ask_kernel || descriptor_count_ < 0 || descriptor_calls != descriptor_calls_ ||
      !descriptors_.IsLowestStillFree()) {
    descriptor_count_ = descriptors_.Read() ? descriptors_.total() : -1;
    descriptor_calls_ = descriptor_calls;
    ++descriptor_version_;
  }
  const uint64_t thread_calls = ThreadCalls();
  if (ask_kernel || thread_count_ < 0 || thread_calls != thread_calls_) {
    thread_count_ = CountThreads();
    thread_calls_ = thread_calls;
  }
  reading.descriptors = descriptor_count_;
  reading.threads = thread_count_;
  reading.mappings = ReadMappingTotals();
  reading.heap = ReadHeapTotals();
  reading.monotonic_ns = MonotonicNs();
  return reading;
}

void Meter::Settle(int allowed) noexcept {
  if (settle_limit_ns_ == 0 || allowed < 0 || ThreadCalls() == thread_calls_) return;
  const int64_t limit = settle_failures_ < kPatience || settle_limit_ns_ < kShortWaitNs
                            ? settle_limit_ns_
                            : kShortWaitNs;
  if (WaitForThreads(allowed, limit) > allowed) ++settle_failures_;
}

record::Window Meter::Between(const Reading& start, const Reading& end) const noexcept {
  record::Window window = {};
  window.wall_ns = static_cast<uint64_t>(end.monotonic_ns - start.monotonic_ns);
  if (heap_counted_) {
    window.measured |= record::kHeapMeasured;
    window.kept_bytes = end.heap.live_bytes - start.heap.live_bytes;
    window.kept_blocks = end.heap.live_blocks() - start.heap.live_blocks();
    window.allocations = end.heap.allocations - start.heap.allocations;
    window.allocated_bytes = end.heap.allocated_bytes - start.heap.allocated_bytes;
  }
  if (end.mappings.measured) {
    window.measured |= record::kMappingsMeasured;
    window.mapped_bytes = end.mappings.bytes - start.mappings.bytes;
    window.mappings = end.mappings.mappings - start.mappings.mappings;
  }
  if (start.descriptors >= 0 && end.descriptors >= 0) {
    window.measured |= record::kDescriptorsMeasured;
    window.descriptors = end.descriptors - start.descriptors;
  }
  if (start.threads >= 0 && end.threads >= 0) {
    window.measured |= record::kThreadsMeasured;
    window.threads = end.threads - start.threads;
  }
  return window;
}

record::Totals Meter::Totals(const Reading& reading) const noexcept {
  record::Totals totals = {};
  totals.live_bytes = reading.heap.live_bytes;
  totals.live_blocks = reading.heap.live_blocks();
  totals.mapped_bytes = reading.mappings.bytes;
  totals.mappings = reading.mappings.mappings;
  totals.descriptors = reading.descriptors;
  totals.threads = reading.threads;
  totals.counted_threads = CountedThreads();
  if (heap_counted_) totals.measured |= record::kHeapMeasured;
  if (reading.mappings.measured) totals.measured |= record::kMappingsMeasured;
  if (reading.descriptors >= 0) totals.measured |= record::kDescriptorsMeasured;
  if (reading.threads >= 0) totals.measured |= record::kThreadsMeasured;
  return totals;
}

}  // namespace memprof
