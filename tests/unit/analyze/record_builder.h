// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_ANALYZE_RECORD_BUILDER_H_
#define MEMPROF_TESTS_UNIT_ANALYZE_RECORD_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

inline constexpr std::uint32_t kAllMeasured = record::kHeapMeasured | record::kDescriptorsMeasured |
                                              record::kThreadsMeasured | record::kMappingsMeasured;

/// Everything measured; `bytes` kept in a block for each 100 bytes or part of them.
inline record::Window Kept(std::int64_t bytes, int descriptors = 0, int threads = 0,
                           std::int64_t mapped_bytes = 0) {
  record::Window window = {};
  window.kept_bytes = bytes;
  window.kept_blocks = (bytes + (bytes > 0 ? 99 : -99)) / 100;
  window.descriptors = descriptors;
  window.threads = threads;
  window.mapped_bytes = mapped_bytes;
  window.measured = kAllMeasured;
  return window;
}

inline record::Totals Live(std::int64_t bytes, int descriptors = 0, int threads = 0,
                           std::int64_t mapped_bytes = 0) {
  record::Totals totals = {};
  totals.live_bytes = bytes;
  totals.live_blocks = bytes / 100;
  totals.descriptors = descriptors;
  totals.threads = threads;
  totals.mapped_bytes = mapped_bytes;
  totals.measured = kAllMeasured;
  return totals;
}

/// Writes a record by hand: iterations, and in each of them suites with their tests.
class RecordBuilder {
 public:
  std::uint32_t AddTest(const std::string& suite, const std::string& name) {
    RecordedTest test;
    test.suite = suite;
    test.name = name;
    record_.tests.push_back(test);
    return static_cast<std::uint32_t>(record_.tests.size() - 1);
  }
  RecordedRun& Run(std::uint32_t test, const record::Window& window) {
    RecordedRun run;
    run.test = test;
    run.iteration = iteration_;
    run.finished = true;
    run.window = window;
    record_.runs.push_back(run);
    return record_.runs.back();
  }
  void EndSuite(const std::string& name, const record::Window& window) {
    record_.suites.push_back({name, iteration_, window});
  }
  RecordedIteration& EndIteration(const record::Window& window, const record::Totals& totals = {}) {
    RecordedIteration iteration;
    iteration.iteration = iteration_++;
    iteration.finished = true;
    iteration.window = window;
    iteration.totals = totals;
    record_.iterations.push_back(iteration);
    return record_.iterations.back();
  }
  /// The process died in it.
  void BreakIteration() {
    RecordedIteration iteration;
    iteration.iteration = iteration_++;
    record_.iterations.push_back(iteration);
  }
  const RecordFile& record() const { return record_; }

 private:
  RecordFile record_;
  std::uint32_t iteration_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_ANALYZE_RECORD_BUILDER_H_
