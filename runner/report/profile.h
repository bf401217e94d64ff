// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROFILE_H_
#define MEMPROF_RUNNER_REPORT_PROFILE_H_

#include <cstdint>
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

/// One call with the way to it.
struct ProfileSite {
  std::vector<std::uint32_t> stack;  ///< indices into Profile::frames, innermost first
  ProfileFigures figures;

  bool operator==(const ProfileSite&) const = default;
};

/// What one call had alive at a test's peak.
struct PeakShare {
  std::vector<std::uint32_t> stack;  ///< indices into Profile::frames, innermost first
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;

  bool operator==(const PeakShare&) const = default;
};

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
