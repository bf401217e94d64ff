// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_PROFILE_LIST_H_
#define MEMPROF_RUNNER_ANALYZE_PROFILE_LIST_H_

#include <cstddef>
#include <vector>

#include "runner/report/profile.h"

namespace memprof {

/// So many profiles a report has at most: where tests cannot run in one process there is one of
/// each suspect, and there may be thousands.
inline constexpr std::size_t kMostProfiles = 24;

/// And so many bytes of names and numbers are in them together, the largest profile apart. Long
/// template names would else make report.json tens of megabytes.
inline constexpr std::size_t kMostProfileBytes = 3 << 20;

/// Adds a profile to those of a report, unless it is there: of most tests first, then of most
/// bytes allocated; the last are dropped beyond the limits.
void AddProfile(Profile profile, std::vector<Profile>* profiles);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_PROFILE_LIST_H_
