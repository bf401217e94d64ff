// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_PROFILE_H_
#define MEMPROF_RUNNER_REPORT_JSON_PROFILE_H_

#include <nlohmann/json.hpp>

#include "runner/report/json_node.h"
#include "runner/report/profile.h"

namespace memprof {

/// A profile as report.json has it. Its sites and shares are arrays of numbers, for there are
/// thousands and names would be most of the file:
///
///   site   [stack, allocated_bytes, allocations, temporary_bytes, temporaries, kept_bytes,
///           kept_blocks]
///   share  [stack, bytes, blocks]
///
/// where a stack is an array of indices into the profile's frames.
nlohmann::ordered_json ProfileJson(const Profile& profile);

/// A profile that ProfileJson() wrote. Throws JsonMismatch where it is not one, as where a stack
/// has an index that no frame has, or what cannot be negative is.
Profile ReadProfile(const JsonNode& node);

nlohmann::ordered_json SourceExcerptJson(const SourceExcerpt& excerpt);
SourceExcerpt ReadSourceExcerpt(const JsonNode& node);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_PROFILE_H_
