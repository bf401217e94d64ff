// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_DHAT_POINTS_H_
#define MEMPROF_RUNNER_REPORT_DHAT_POINTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/report/call_texts.h"
#include "runner/report/report.h"

namespace memprof {

/// A program point of DHAT's: a call with the way to it, and what all profiles say of it.
struct ExportedPoint {
  TextStack stack;  ///< innermost first
  std::uint64_t total_bytes = 0;
  std::uint64_t total_blocks = 0;
  std::uint64_t peak_bytes = 0;  ///< at the highest peak of one test
  std::uint64_t peak_blocks = 0;
  std::uint64_t end_bytes = 0;
  std::uint64_t end_blocks = 0;
};

/// A report's profiles as program points.
struct ExportedPoints {
  CallTexts texts{&CallWithPlace};
  std::vector<ExportedPoint> points;  ///< each stack once; most bytes first
  int processes = 0;
  std::int64_t runs = 0;  ///< of all processes
  /// Of each process, where all have the same number; else 0.
  std::int64_t runs_of_each = 0;
  std::int64_t tests = 0;  ///< that ran in them
  std::string peak_test;   ///< whose peak it is; empty when no peak was taken apart
  std::uint64_t peak_bytes = 0;
  std::size_t left_out = 0;  ///< calls that are in the point of the other calls for want of room
};

/// Sums over DistinctProfiles(report); `most` points at most. What is not told call by call is a
/// point of its own, so that sums are right.
ExportedPoints PointsOf(const Report& report, std::size_t most);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_DHAT_POINTS_H_
