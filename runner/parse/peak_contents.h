// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_PEAK_CONTENTS_H_
#define MEMPROF_RUNNER_PARSE_PEAK_CONTENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Blocks of one size and one contents at a test's peak.
struct EqualBlocks {
  std::uint32_t stack = 0;   ///< index into RecordedTrace::stacks: the call that made most of them
  std::uint64_t blocks = 0;  ///< 2 at least
  std::uint64_t bytes = 0;   ///< of each
  std::string shown;         ///< printable ASCII that they begin with; empty where they do not
};

/// What the blocks of one test held when its memory was largest.
struct PeakContentsFile {
  std::uint64_t blocks = 0;  ///< looked at
  std::uint64_t bytes = 0;   ///< of them
  std::vector<EqualBlocks> groups;
  std::uint64_t left_out = 0;  ///< groups that found no room
};

/// Reads the file of `contents`, an entry of the record that `trace` is from. Errors: kDamaged when
/// the bytes are no such file, another one's, cut off, or contradict themselves or the record;
/// kUnsupported for a newer major version.
Result<PeakContentsFile> ParsePeakContents(std::string_view bytes,
                                           const RecordedPeakContents& contents,
                                           const RecordedTrace& trace);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_PEAK_CONTENTS_H_
