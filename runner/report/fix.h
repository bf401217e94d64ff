// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_FIX_H_
#define MEMPROF_RUNNER_REPORT_FIX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

/// One way to mend a finding. It has a diff, or a snippet that says why there is no diff, or
/// neither where words are all that is certain.
struct Solution {
  std::string summary;      ///< one line, imperative
  std::string diff;         ///< unified, for `patch -p1` at the source root; else empty
  std::string snippet;      ///< code to adapt, where there is no diff
  std::string why_no_diff;  ///< a clause: "`plot` is returned, so its owner is elsewhere"
  std::string why;          ///< why it works
  std::string trade_off;
  std::string effort;  ///< "minutes", "an hour" …
};

/// What to change: the recommended solution, and others where the choice is real.
struct Fix : Solution {
  /// Each run of the test keeps so much less, or (waste) allocates so much less.
  std::optional<std::int64_t> expected_reduction_bytes;
  std::optional<std::int64_t> expected_peak_reduction_bytes;
  std::optional<std::int64_t> expected_reduction_calls;  ///< allocations less a run
  std::vector<Solution> alternatives;                    ///< at most two
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_FIX_H_
