// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_MERGED_RECORD_H_
#define MEMPROF_RUNNER_ANALYZE_MERGED_RECORD_H_

#include <cstdint>
#include <string>
#include <unordered_map>

#include "runner/parse/record_file.h"

namespace memprof {

/// Makes one record of those of several processes, as though their tests had run in one. Tests are
/// matched by name. There may be several windows of the same suite and iteration: each is another
/// process's, and what a suite kept beside its tests is the sum. Traces are left out, for addresses
/// and numbers are each process's own. The process described is the first's.
class MergedRecord {
 public:
  void Add(RecordFile part);
  RecordFile Finish() && { return std::move(all_); }

 private:
  std::uint32_t IndexOf(RecordedTest test);
  std::uint32_t GaugeOf(RecordedGauge gauge);  ///< gauges are matched by name, too
  void AddPairFunction(RecordedPairFunction function);

  RecordFile all_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_MERGED_RECORD_H_
