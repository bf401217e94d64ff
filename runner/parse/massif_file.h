// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_MASSIF_FILE_H_
#define MEMPROF_RUNNER_PARSE_MASSIF_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/frame.h"
#include "runner/base/result.h"

namespace memprof {

/// A node of massif's allocation tree: the bytes that were live through this call.
struct MassifNode {
  std::int64_t bytes = 0;  ///< requested bytes
  /// The call; empty function for the root ("heap allocation functions") and for the nodes that
  /// sum up "N places, all below massif's threshold".
  Frame frame;
  bool below_threshold = false;
  std::vector<MassifNode> children;  ///< callers, most bytes first, as massif wrote them
};

/// One snapshot of the heap.
struct MassifSnapshot {
  int number = 0;
  std::int64_t time = 0;         ///< in the file's time unit
  std::int64_t heap_bytes = 0;   ///< requested bytes
  std::int64_t extra_bytes = 0;  ///< the allocator's overhead, as massif reckons it
  bool is_peak = false;
  bool detailed = false;  ///< whether `root` holds a tree
  MassifNode root;
};

/// A massif output file: `massif.out.*`, or what a `detailed_snapshot FILE` command wrote, which
/// is one detailed snapshot with a header of its own; its number is always 0.
struct MassifFile {
  std::string command;
  std::string time_unit;  ///< "i", "ms" or "B"
  std::vector<MassifSnapshot> snapshots;
  /// False when the text ends in the middle of a snapshot; that snapshot is left out.
  bool complete = true;
};

/// Reads massif's file format, with `--fullpath-after=` paths or bare names, C++ names with
/// spaces, parentheses and colons in them, "(in /path/module)" frames, and unknown `???` frames.
///
/// Errors: kDamaged, with the line number, when the text is empty or not massif's at all, or a
/// tree contradicts itself (a child count that the lines do not bear out before the text ends).
Result<MassifFile> ParseMassifFile(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_MASSIF_FILE_H_
