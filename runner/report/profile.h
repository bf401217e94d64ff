// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROFILE_H_
#define MEMPROF_RUNNER_REPORT_PROFILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/frame.h"

namespace memprof {

// Where traced tests allocate, call by call: what flame graphs, the source view and the files for
// other viewers are made of. Bytes are requested sizes.

/// What one call allocated in all runs of a process.
struct ProfileFigures {
  std::uint64_t allocated_bytes = 0;
  std::uint64_t allocations = 0;
  std::uint64_t temporary_bytes = 0;  ///< of those freed as their thread's next event
  std::uint64_t temporaries = 0;
  std::uint64_t kept_bytes = 0;  ///< alive at the end of the last run
  std::uint64_t kept_blocks = 0;

  bool operator==(const ProfileFigures&) const = default;
};

/// How the blocks of one call are.
struct BlockShape {
  std::uint64_t reallocs = 0;       ///< of the allocations, those that were reallocs of a block
  std::uint64_t realloc_bytes = 0;  ///< the old sizes of those: what was copied at most
  std::uint64_t longest_chain = 0;  ///< most reallocs in a row of one block
  std::uint64_t largest = 0;        ///< bytes of one
  /// Allocations by size; [i]: of 2^(i-1) up to less than 2^i bytes, [0]: of 0 bytes. No zeros at
  /// its end.
  std::vector<std::uint64_t> sizes;
  /// Of a sample of the freed blocks, by how long they lived; [i]: from 2^(i+6) ns up to twice
  /// that, [0] and the last class open. No zeros at its end.
  std::vector<std::uint64_t> lifetimes;

  bool operator==(const BlockShape&) const = default;
};

/// An index into Profile::types where it is not known what blocks hold.
inline constexpr std::uint32_t kUnknownType = UINT32_MAX;

/// One call with the way to it, and what it allocates: calls of one stack that allocate several
/// types are as many sites.
struct ProfileSite {
  std::vector<std::uint32_t> stack;  ///< indices into Profile::frames, innermost first
  ProfileFigures figures;
  std::uint32_t type = kUnknownType;     ///< an index into Profile::types
  std::optional<BlockShape> shape = {};  ///< reports of earlier versions have none

  bool operator==(const ProfileSite&) const = default;
};

/// What one call had alive at a test's peak.
struct PeakShare {
  std::vector<std::uint32_t> stack;  ///< indices into Profile::frames, innermost first
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint32_t type = kUnknownType;  ///< an index into Profile::types

  bool operator==(const PeakShare&) const = default;
};

/// In place of a test's name, of a program that was measured as a whole.
inline constexpr char kProgramProfile[] = "program";

/// What a test had alive when its memory was largest (within 5 %), above what was there before it.
struct PeakProfile {
  std::string test;               ///< full name
  std::vector<PeakShare> shares;  ///< most bytes first
  std::uint64_t other_bytes = 0;  ///< of calls that are not told one by one
  std::uint64_t other_blocks = 0;

  bool operator==(const PeakProfile&) const = default;
};

/// What one traced process allocated.
struct Profile {
  std::string name;                ///< "12 suspects, 12 runs", "Cache.Lookup alone, 1 run"
  std::vector<std::string> tests;  ///< full names of those that ran in it
  int runs = 1;                    ///< of each test; figures are sums over them
  std::vector<Frame> frames;       ///< each once
  std::vector<ProfileSite> sites;  ///< most kept bytes first, then most allocated
  ProfileFigures other;  ///< of calls that are not told one by one, so that sums are right
  std::vector<std::int64_t> live_bytes;  ///< of all, at the end of each run
  std::vector<PeakProfile> peaks;        ///< highest first; of tests whose peak was taken apart
  std::vector<std::string> types = {};   ///< each once, as people write it: "Session", "int[]"
  /// What GoogleTest, memprof and the C++ runtime made for themselves: in no other figure. With
  /// sites and `other` it is all that the process allocated. Earlier reports have none of the two.
  std::optional<ProfileFigures> left_out = {};
  /// Allocations between start and end of the tests, of all runs, as the counters have them.
  std::optional<std::uint64_t> counted_in_tests = {};

  bool operator==(const Profile&) const = default;
};

/// Lines of a source file, as they were when the report was made.
struct SourceExcerpt {
  std::string file;  ///< as findings have it
  int first_line = 1;
  std::vector<std::string> lines;

  bool operator==(const SourceExcerpt&) const = default;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PROFILE_H_
