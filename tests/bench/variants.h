// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_VARIANTS_H_
#define MEMPROF_TESTS_BENCH_VARIANTS_H_

#include <string>
#include <vector>

#include "tests/bench/measured_process.h"

namespace memprof::bench {

/// One way to run a suite. `limit` is the highest CPU ratio to native that passes; 0 is no limit.
struct Variant {
  std::string name;
  Invocation invocation;
  double limit = 0;
};

/// The variants that are compared with each other: the first is native, and all do the same work.
struct Comparison {
  std::string title;
  std::vector<Variant> variants;
};

/// How much work each run does.
struct Size {
  int scale_percent = 100;  ///< of the allocation suite
  int iterations = 10;      ///< of the 10,000 empty tests
};

/// Native, with memprof linked and standing alone, with it linked and driven as `memprof run`
/// does, and with LeakSanitizer preloaded, on the suite that is judged.
Comparison AllocationHeavy(const Size& size, const std::string& directory);

/// The same on untouched pairs of malloc and free. Not judged.
Comparison Adverse(const Size& size, const std::string& directory);

/// The same on 10,000 empty tests.
Comparison EmptyTests(const Size& size, const std::string& directory);

/// heaptrack, massif and memcheck on a tenth of the allocation suite, for they take 15 to 40 times
/// as long; their start-up is in the figures.
Comparison Peers(const Size& size, const std::string& directory);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_VARIANTS_H_
