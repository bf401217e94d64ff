// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_AUTHORED_FORMAT_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_AUTHORED_FORMAT_H_

#include <stdint.h>

/// What a test's author says of it by memprof/gtest.h, and what is measured because of that (since
/// 1.4): gauges, pairs, limits, deliberate keeps. Included by format.h.
///
/// Of a test's window these records come before its kTestEnd, of an iteration's before its
/// kIterationEnd.
namespace memprof {
namespace record {

enum GaugeKind : uint32_t {
  kReadGauge = 0,  ///< a function of the author's is asked
  kPairGauge = 1,  ///< objects that were acquired and not released
};

/// Payload of kGauge, followed by its name. Comes before the first value; numbers count up from 0,
/// and a name has one number, however often a gauge of that name comes and goes.
struct Gauge {
  uint32_t id;
  uint32_t kind;  ///< GaugeKind
};

/// Of one gauge in one window.
struct GaugeValue {
  uint32_t gauge;
  uint32_t is_measured;  ///< 0: the author's function failed, or is gone; the values mean nothing
  int64_t before;        ///< at the window's start, or when the gauge came, if that was later
  int64_t value;         ///< at its end
};
static_assert(sizeof(GaugeValue) == 24, "no padding");

/// Payload of kGaugeValues, followed by `count` GaugeValues: of a test, those whose value is
/// another than before; of an iteration (test is kNoTest), of all gauges.
struct GaugeValues {
  uint32_t iteration;
  uint32_t test;
  uint32_t count;
  uint32_t reserved;
};
static_assert(sizeof(GaugeValues) == 16, "no padding");

enum PairRole : uint32_t { kAcquires = 1, kReleases = 2 };

/// Payload of kPairFunction, followed by its name: a function of the pair table, and in how many
/// modules its calls are seen by now. 0: they are not, and the pair's count means nothing. Written
/// at an iteration's end when the number has changed, and at the first.
struct PairFunction {
  uint32_t gauge;
  uint32_t role;     ///< PairRole
  uint32_t callers;  ///< modules whose calls of it go through us
  uint32_t reserved;
};
static_assert(sizeof(PairFunction) == 16, "no padding");

/// Payload of kLimits, followed by a string: the file where the test sets them. -1: no limit. With
/// several calls in one test the lowest of each counts.
struct Limits {
  uint32_t test;
  uint32_t iteration;
  uint32_t line;
  uint32_t reserved;
  int64_t peak_bytes;
  int64_t kept_bytes;
  int64_t allocations;
};
static_assert(sizeof(Limits) == 40, "no padding");

/// Payload of kIgnored: what the test's window has of blocks that were made within IgnoreScopes,
/// as far as they were still there when their scope ended. A full trace knows them one by one, by
/// their window (kIgnoredWindow).
struct Ignored {
  uint32_t test;
  uint32_t iteration;
  int64_t kept_bytes;
  int64_t kept_blocks;
  uint64_t allocations;
};
static_assert(sizeof(Ignored) == 32, "no padding");

/// Payload of kKeeps, followed by strings: file, why. The test keeps up to so many bytes a run, and
/// means to.
struct Keeps {
  uint32_t test;
  uint32_t iteration;
  uint32_t line;
  uint32_t reserved;
  int64_t bytes;
};
static_assert(sizeof(Keeps) == 24, "no padding");

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_AUTHORED_FORMAT_H_
