// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_PROCESS_SERIES_H_
#define MEMPROF_RUNNER_ANALYZE_PROCESS_SERIES_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// What can grow.
enum class Quantity { kBytes, kDescriptors, kThreads, kMappedBytes };
inline constexpr std::array<Quantity, 4> kQuantities = {Quantity::kBytes, Quantity::kDescriptors,
                                                        Quantity::kThreads, Quantity::kMappedBytes};

/// One quantity of a process that runs one test again and again.
struct QuantitySeries {
  bool measured = false;
  /// The value at the end of each finished iteration.
  std::vector<std::int64_t> values;
  /// The part that each scope's windows kept, summed up over the iterations: for the test its
  /// window; for the suite its window less its tests'; for the program the iteration's less its
  /// suites'. Indexed by Scope.
  std::array<std::vector<std::int64_t>, 3> kept_by_scope;
};

/// The count of one descriptor identity at the end of each finished iteration.
struct IdentitySeries {
  std::string target;
  std::vector<std::int64_t> counts;
};

/// A gauge at the end of each finished iteration.
struct GaugeSeries {
  std::string name;
  record::GaugeKind kind = record::kReadGauge;
  bool measured = false;  ///< false: a value is missing, or no call of the pair's was to be seen
  /// In a series of one owner's, what was made there and is not released.
  std::vector<std::int64_t> values;
  /// The part that each scope's windows kept, as of QuantitySeries. Nothing tells what suites do.
  std::array<std::vector<std::int64_t>, 3> kept_by_scope = {};
  // Of a pair, by the pair table; empty for one that the tests acquire and release by name.
  std::vector<std::string> acquires = {};  ///< functions
  std::vector<std::string> releases = {};

  bool operator==(const GaugeSeries&) const = default;
};

struct ProcessSeries {
  std::array<QuantitySeries, 4> quantities;  ///< indexed by Quantity
  std::vector<std::int64_t> live_blocks;
  std::vector<IdentitySeries> descriptors;  ///< those whose count ever changed
  std::vector<GaugeSeries> gauges;
  int iterations = 0;  ///< finished ones

  const QuantitySeries& Of(Quantity quantity) const {
    return quantities[static_cast<std::size_t>(quantity)];
  }
};

/// Reads the series out of a record. Iterations that did not finish are left out.
ProcessSeries BuildProcessSeries(const RecordFile& record);

/// Which scope's windows kept what the process grew by: the one with the steepest sum after
/// `warm_up` iterations, the test where two are level. A heuristic: windows see all threads, so
/// what a background thread allocates goes to whichever window was open.
Scope ScopeOfGrowth(const QuantitySeries& series, int warm_up);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_PROCESS_SERIES_H_
