// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACE_PROFILE_H_
#define MEMPROF_RUNNER_ANALYZE_TRACE_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runner/parse/record_file.h"
#include "runner/report/profile.h"

namespace memprof {

/// The frames of a stack of the trace, by its index, as a report shows them. Nothing where the
/// call is nobody's, as GoogleTest's own are; an empty stack where no frame is known.
using ProfileStacks = std::function<std::optional<Stack>(std::uint32_t)>;

/// What the blocks allocated with a stack of the trace hold, by its index; empty where that is not
/// known. Asked of stacks that are told alone.
using ProfileTypes = std::function<std::string(std::uint32_t)>;

/// So many stacks of a process are named at most: names cost about as much as all else, and whoever
/// reads a flame graph sees some dozens. Taken in turn from those that keep, allocate, throw away
/// and have at the peak most, as long as it is a thousandth of all.
inline constexpr std::size_t kMostProfileStacks = 400;

/// So many frames a profile has at most: stacks that would need more are not told one by one. Deep
/// recursions through templates would else make it megabytes.
inline constexpr std::size_t kMostProfileFrames = 2000;

/// The peaks of so many tests are told, the highest: a process may have run thousands.
inline constexpr std::size_t kMostPeaks = 24;

/// What the process of a record allocated. What is not named goes to `other`; what is nobody's is
/// `left_out` of all figures and of `live_bytes`, as far as it was named, for a user can do nothing
/// about it; so is what stays of small calls before the first test, as each test's registration. So
/// the kept bytes of all sites and of `other` are the last of `live_bytes`. Stacks
/// that differ in frames which no report shows are one site. `record` must have a trace. Without
/// `types` all types are unknown.
Profile TraceProfile(const RecordFile& record, const ProfileStacks& stacks,
                     const ProfileTypes& types = {});

/// Puts the peaks of the record in place of the profile's: a peak is seen coming by the run before
/// it, so the figures of one run and the peak are of two processes.
void TakePeaks(const RecordFile& record, const ProfileStacks& stacks, Profile* profile,
               const ProfileTypes& types = {});

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACE_PROFILE_H_
