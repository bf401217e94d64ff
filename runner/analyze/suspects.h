// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SUSPECTS_H_
#define MEMPROF_RUNNER_ANALYZE_SUSPECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// A test whose rerun may show growth, by the screen's windows. It is convicted of nothing:
/// windows also hold what GoogleTest keeps of results, and what is initialised once.
struct Suspect {
  std::uint32_t test = 0;  ///< index into RecordFile::tests
  /// What made it one: "kept 24 B", "left 1 descriptor open" … For logs, not for reports.
  std::string reason;
};

/// Selects the tests to run again.
///
/// A test is suspect when a finished run of it kept bytes, blocks, descriptors, threads or
/// mappings; with several iterations, when the runs after the first did in sum, or when the first
/// kept at least `one_time_bytes`. Where a suite or the program as a whole kept something beside
/// its tests, the first of its tests that passed stands in for it, since its rerun repeats
/// SetUpTestSuite and the environments too. In order of the tests.
///
/// Where nobody is suspect, and the process ended with more blocks than the runtime's own, the
/// first test that passed stands in for what was made before the tests: in static initialisers or
/// `main`.
std::vector<Suspect> FindSuspects(const RecordFile& record, std::int64_t one_time_bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SUSPECTS_H_
