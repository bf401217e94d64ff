// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_USER_PLACES_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_USER_PLACES_H_

#include <algorithm>
#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A line of the user's that a finding's stack passes.
struct UserPlace {
  const SourceFile* file = nullptr;
  int line = 0;
  std::string function = {};  ///< as the stack has it
};

/// The finding's own line, then those of its stack, innermost first, as far as their files were
/// read. They point into `sources`.
inline std::vector<UserPlace> UserPlacesOf(const Finding& finding, const Sources& sources) {
  std::vector<UserPlace> places;
  const auto add = [&](const std::string& path, int line, const std::string& function) {
    const SourceFile* file = sources.Find(path);
    if (file == nullptr || line <= 0) return;
    const auto known = std::find_if(places.begin(), places.end(), [&](const UserPlace& place) {
      return place.file == file && place.line == line;
    });
    if (known == places.end()) {
      places.push_back({file, line, function});
    } else if (known->function.empty()) {
      known->function = function;
    }
  };
  add(finding.location.file, finding.location.line, finding.location.function);
  for (const Frame& frame : finding.stack) add(frame.file, frame.line, frame.function);
  return places;
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_USER_PLACES_H_
