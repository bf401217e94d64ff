// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_PLACE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_PLACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/allocating_call.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// One stack of the test, with what its line calls.
struct CalledSite {
  const record::Site* counts = nullptr;
  AllocatingCall call = AllocatingCall::kForeign;
  bool is_string = false;
};

/// All stacks of a test that meet at one line of the user's code.
struct WastePlace {
  Place place;  ///< of the stack with most bytes
  std::vector<CalledSite> sites;
};

/// The places of a test's allocations that the user can change: below the source root, and none of
/// GoogleTest's. Most bytes first. Refers to `evidence`.
std::vector<WastePlace> WastePlaces(const WasteEvidence& evidence, const DiagnoseContext& context);

/// Where the user's code calls what allocates: the position of its frame in a reported stack, or
/// nothing where the line is not the user's to change.
std::optional<std::size_t> UserPosition(const Place& place);

/// One way in which a line wastes memory, and what it says.
struct WasteClaim {
  Pattern pattern = Pattern::kUnknown;
  const WastePlace* at = nullptr;
  std::int64_t bytes = 0;  ///< allocated for nothing, at the least
  std::int64_t calls = 0;  ///< allocations that a rewrite does without, at the least
  std::string title;
  std::string cause;
  std::vector<std::string> decided_by;
  std::vector<std::string> evidence;  ///< what the trace says
};

/// Whether it is worth a person's time; see WasteRule.
bool IsWorthTelling(const WasteClaim& claim, const WasteEvidence& evidence, const WasteRule& rule);

/// The finding that a claim makes.
Finding FindingOf(const WasteClaim& claim, const WasteEvidence& evidence,
                  const DiagnoseContext& context);

/// Sets what a finding of the pattern has in any case: whose it is, its fingerprint, its severity.
void CompleteFinding(Pattern pattern, const Place& place, const RecordedTest& test,
                     const DiagnoseContext& context, Finding* finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_PLACE_H_
