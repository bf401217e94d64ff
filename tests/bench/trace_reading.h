// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_TRACE_READING_H_
#define MEMPROF_TESTS_BENCH_TRACE_READING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner/base/result.h"

namespace memprof::bench {

/// What the driver's part costs: from the record's bytes to owners with named stacks.
struct ReadingCost {
  double parse_s = 0;
  double owners_s = 0;  ///< naming every stack that survives included
  std::size_t stacks = 0;
  std::size_t origins = 0;
  std::uint64_t blocks = 0;  ///< alive at the end, by the record
  std::uint64_t table_bytes = 0;
  std::uint64_t untracked = 0;
  std::uint64_t lost_stacks = 0;
  std::uint64_t lost_records = 0;
  std::size_t unnamed = 0;  ///< sites of tests whose first frame has no function
};

/// Reads the record as the driver does. In this process: its peak is what the caller measures.
Result<ReadingCost> ReadTrace(const std::string& path);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_TRACE_READING_H_
