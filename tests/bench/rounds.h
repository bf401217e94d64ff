// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_ROUNDS_H_
#define MEMPROF_TESTS_BENCH_ROUNDS_H_

#include <string>
#include <vector>

#include "tests/bench/variants.h"

namespace memprof::bench {

/// One variant's CPU times in seconds, one a round. Empty where it could not be measured.
struct Series {
  std::vector<double> cpu_s;
  std::string not_measured;  ///< why

  double Least() const;
};

/// Runs the variants of a comparison in turns, so that whatever else the machine does falls on all
/// of them alike. More rounds can be added at any time.
class Rounds {
 public:
  /// `comparison` must outlive this. Files are written below `directory`.
  Rounds(const Comparison& comparison, std::string directory);

  /// Runs each variant `count` times more. A variant that failed is not tried again.
  void Add(int count);

  /// Least CPU time to native's least: other processes can only add time, so with more rounds it
  /// comes nearer to the truth. 0 where either could not be measured.
  double LeastRatio(std::size_t variant) const;

  /// Median over the rounds of the CPU time to native's in the same round; 0 likewise.
  double MedianRatio(std::size_t variant) const;

  /// One line for each limit that is exceeded.
  std::vector<std::string> Exceeded() const;

  /// One line for native and each variant with a limit, where it could not be measured. Peers may
  /// be missing: they are no part of memprof.
  std::vector<std::string> NotRun() const;

  /// A Markdown section: title, table of ratios, native's time in seconds.
  std::string Markdown() const;

 private:
  const Comparison& comparison_;
  std::string directory_;
  std::vector<Series> series_;
  int rounds_ = 0;
};

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_ROUNDS_H_
