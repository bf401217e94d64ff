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
  std::uint64_t max_bytes = 0;      ///< largest sum alive at once, of this point
  std::uint64_t at_peak_bytes = 0;  ///< when the whole heap was largest
  std::uint64_t at_peak_blocks = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  /// How often each byte of a block was accessed, summed over equal blocks; empty unless all blocks
  /// have one size of at most 1,024 bytes.
  std::vector<std::uint64_t> accesses;
};

struct DhatFile {
  enum class Mode { kHeap, kCopy };
  Mode mode = Mode::kHeap;
  std::string command;
  std::vector<DhatPoint> points;
};

/// Reads what `valgrind --tool=dhat --dhat-out-file=FILE` wrote (file version 2). Errors say what
/// is wrong: cut off, another version, another mode than heap and copy.
Result<DhatFile> ParseDhat(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_DHAT_FILE_H_
