// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_DHAT_FILE_H_
#define MEMPROF_RUNNER_PARSE_DHAT_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/frame.h"
#include "runner/base/result.h"

namespace memprof {

/// What DHAT counted for one call: a program point ("pp") of its JSON file.
struct DhatPoint {
  Stack stack;                    ///< innermost first
  std::uint64_t total_bytes = 0;  ///< in copy mode: copied
  std::uint64_t total_blocks = 0;
  /// Alive of this point when the whole heap last reached a new maximum in it: no maximum of its
  /// own, and often 0 (as Valgrind up to 3.24 has it).
  std::uint64_t max_bytes = 0;
  std::uint64_t at_peak_bytes = 0;  ///< when the whole heap was largest
  std::uint64_t at_peak_blocks = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t lifetime = 0;  ///< sum over all blocks, in instructions
  /// How often each byte of a block was accessed, summed over equal blocks; empty unless all blocks
  /// have one size of at most 1,024 bytes.
  std::vector<std::uint64_t> accesses;
  bool of_test = false;  ///< the test's own code made the call; by MarkOfTest
};

struct DhatFile {
  enum class Mode { kHeap, kCopy };
  Mode mode = Mode::kHeap;
  std::string command;
  std::vector<DhatPoint> points;
  /// How long the test's object lived, in instructions; 0 when unknown. By MarkOfTest.
  std::uint64_t test_span = 0;
};

/// Reads what `valgrind --tool=dhat --dhat-out-file=FILE` wrote (file version 2). Errors say what
/// is wrong: cut off, another version, another mode than heap and copy.
Result<DhatFile> ParseDhat(std::string_view text);

/// Of a run of one test: marks the points that have the test's code beneath them, by GoogleTest's
/// `Test::Run`, and finds the test's span, by the object that `CreateTest` makes. False where no
/// point has it, as where GoogleTest is stripped of its names.
bool MarkOfTest(DhatFile* file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_DHAT_FILE_H_
