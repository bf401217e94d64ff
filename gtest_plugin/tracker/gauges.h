// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_GAUGES_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_GAUGES_H_

#include <stdint.h>

#include "gtest_plugin/include/memprof/tracker.h"
#include "gtest_plugin/record/writer.h"

/// Gauges: numbers with a name that are measured as memory is, before and after each test and each
/// iteration. One is asked of a function of the author's, another counts paired objects (pairs.h).
namespace memprof {

constexpr uint32_t kMostGauges = 512;
constexpr uint32_t kNoGauge = 0xffffffffu;
/// Longer names are cut, and those that begin alike then are one.
constexpr uint32_t kMostGaugeNameBytes = 500;

/// The number of the gauge with this name, which it has for good; the first call decides its kind.
/// kNoGauge where there are too many, which is said once on stderr. Any thread may call it.
uint32_t GaugeNumber(const char* name, record::GaugeKind kind) noexcept;
/// As far as it was kept; of a number that GaugeNumber gave.
const char* GaugeName(uint32_t gauge) noexcept;

/// What `memprof_tracker` promises of gauge_add and gauge_remove. Of several functions with one
/// name the sum is measured, and not measured where one of them fails. The function is asked at
/// once where this is the thread that runs the tests and one is running, so that what was there
/// before is not the test's; added by another thread, it is not measured in the test that runs.
uint32_t AddGauge(const char* name, memprof_gauge_function function, void* context) noexcept;
/// When it returns the function is not being called, and is not called again.
void RemoveGauge(uint32_t number) noexcept;

/// The boundaries, on the thread that runs the tests. Nothing is done where there is no gauge.
/// The author's functions may allocate: Start must come before the heap is read, End after it.
void StartGaugesOfIteration() noexcept;
void StartGaugesOfTest() noexcept;
/// Writes the gauges that are other than at the test's start, or were not measured.
void EndGaugesOfTest(uint32_t iteration, uint32_t test, record::Writer* record) noexcept;
/// Writes all of them, and before them the functions of the pair table whose callers changed.
void EndGaugesOfIteration(uint32_t iteration, record::Writer* record) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_GAUGES_H_
