// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_TRACED_RUN_H_
#define MEMPROF_TESTS_BENCH_TRACED_RUN_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "tests/bench/measured_process.h"
#include "tests/bench/trace_reading.h"

namespace memprof::bench {

/// One line of end_figures.h.
struct EndFigure {
  long resident_kib = 0;
  long peak_kib = 0;
  double seconds = 0;
};

/// What one run of a program of ours left behind.
struct ProgramRun {
  Usage usage;
  std::vector<EndFigure> ends;  ///< of each iteration, then of the program
  double record_mib = 0;
};

/// Runs `invocation` with a full trace into `directory`/scale.rec.
Result<ProgramRun> RunTraced(Invocation invocation, const std::string& directory);

/// Runs it as it is.
Result<ProgramRun> RunPlain(Invocation invocation, const std::string& directory);

/// What reading the last record costs, and the peak of a process that does it alone.
struct ReadingRun {
  Usage usage;
  ReadingCost cost;
};
Result<ReadingRun> RunReading(const std::string& directory);

/// The process that RunReading starts: reads `record` and writes what it cost to `out`. Returns its
/// exit status.
int ReadingMain(const std::string& record, const std::string& out);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_TRACED_RUN_H_
