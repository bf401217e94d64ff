// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_OBJECTS_VIEW_H_
#define MEMPROF_RUNNER_VIEWS_OBJECTS_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/plan/view_request.h"
#include "runner/report/report.h"
#include "runner/views/profile_choice.h"

namespace memprof {

/// Live objects of one type, or of one call.
struct LiveObjects {
  std::string type;         ///< empty where it is unknown: then they are of one call
  Location location;        ///< of the call, or of the one that made most of them
  std::string module;       ///< of that call
  std::size_t calls = 0;    ///< how many different ones made them
  std::uint64_t bytes = 0;  ///< requested
  std::uint64_t blocks = 0;
};

/// What was alive at one time.
struct LiveHeap {
  std::string test;         ///< whose peak it is; empty at the end
  std::uint64_t bytes = 0;  ///< of all, those of `other` too
  std::uint64_t blocks = 0;
  std::uint64_t other_bytes = 0;  ///< of calls that are not told one by one
  std::uint64_t other_blocks = 0;
  std::vector<LiveObjects> types;  ///< largest first, or most numerous
  std::vector<LiveObjects> sites;  ///< likewise; calls of one line that make one type are one
};

/// The largest and most numerous live objects of traced processes. A running process is shown by
/// the same: it is a report of one profile.
struct ObjectsView {
  std::string processes;            ///< whose end it is
  std::vector<std::string> notes;   ///< sentences
  std::optional<LiveHeap> at_end;   ///< after the last run of each process; unset if not asked for
  std::optional<LiveHeap> at_peak;  ///< of the test with the highest peak; unset likewise
  std::vector<NotMeasured> not_measured;
};

/// `request`: `at` and, for the order, `by`.
ObjectsView BuildObjects(const Report& report, const ProfileChoice& choice,
                         const ViewRequest& request);

std::string ObjectsText(const Report& report, const ObjectsView& view, const ViewRequest& request);
std::string ObjectsJson(const Report& report, const ObjectsView& view, const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_OBJECTS_VIEW_H_
