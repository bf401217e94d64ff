// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SARIF_RESULT_H_
#define MEMPROF_RUNNER_REPORT_SARIF_RESULT_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "runner/report/finding_place.h"
#include "runner/report/report.h"

namespace memprof {

/// What GitHub reads of a code flow.
inline constexpr std::size_t kSarifFrames = 100;

/// One result, without its ruleIndex.
struct SarifResult {
  nlohmann::ordered_json json;
  std::size_t frames_left_out = 0;
};

/// The finding as a result at `place`. `brief`: without code flow, related places and fixes, where
/// there is no room for them.
SarifResult SarifResultOf(const Finding& finding, const SourcePlace& place,
                          const FindingPlaces& places, bool brief);

/// A path below the source root as an artifactLocation: percent-encoded, byte by byte.
nlohmann::ordered_json SarifArtifact(std::string_view file);

/// `text` as one line of a message that means nothing: no link, no argument. `instead` where there
/// is none, since a message must not be empty.
std::string SarifText(std::string_view text, std::string_view instead = "");

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SARIF_RESULT_H_
