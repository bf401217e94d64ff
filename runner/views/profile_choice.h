// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_PROFILE_CHOICE_H_
#define MEMPROF_RUNNER_VIEWS_PROFILE_CHOICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"
#include "runner/report/report.h"

namespace memprof {

/// The traced processes that a view is about. Pointers into the report.
struct ProfileChoice {
  std::vector<const Profile*> profiles;
  std::vector<std::string> tests;  ///< that the filter selects and that were traced; else all
  std::vector<std::string> notes;  ///< sentences: what else is in the figures, what is missing
  std::string why_none;            ///< a clause; empty where there are profiles
};

/// Of each test that the request's filter selects, the process that tells most of it alone: of
/// fewest tests, then of fewest runs. Without a filter, those that may be added up. Errors: those
/// of SelectNames(), of the filter.
Result<ProfileChoice> ChooseProfiles(const Report& report, const ViewRequest& request);

/// "3 suspects, 12 runs"; of several the first and how many more. Empty where there is none.
std::string NamesOf(const ProfileChoice& choice);

/// The highest of the peaks of the chosen tests; null where none was taken apart. `owner` gets the
/// profile that it is of, which may be one beside those chosen.
const PeakProfile* HighestPeak(const Report& report, const ProfileChoice& choice,
                               const Profile** owner);

/// Whose line an allocation belongs to: the innermost frame of the user's with a line; where there
/// is none, the innermost with a line at all; null where no frame has one. A file of the user's is
/// relative, for it lies below the source root.
const Frame* OwnFrame(const Profile& profile, const std::vector<std::uint32_t>& stack);

/// Whether its file lies below the source root and its line is known.
bool HasUserLine(const Frame& frame);

/// The call that people look for: OwnFrame(), else the innermost frame that has a name, else the
/// innermost; null for an empty stack.
const Frame* ShownFrame(const Profile& profile, const std::vector<std::uint32_t>& stack);

/// The command that traces one test by itself.
std::string TraceAloneCommand(const Report& report, const std::string& test);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_PROFILE_CHOICE_H_
