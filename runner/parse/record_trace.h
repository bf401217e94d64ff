// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_RECORD_TRACE_H_
#define MEMPROF_RUNNER_PARSE_RECORD_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/parse/record_cursor.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// The numbers that a record gives its stacks, windows and origins, and where they are in ours.
/// Writers count up from 0 or 1 with gaps, so a plain array holds nearly all of them; the few that
/// are far out, or lie, go to a map, and no number makes room for more than twice what was defined.
class RecordNumbers {
 public:
  /// `index` must be below UINT32_MAX. False when the number has one.
  bool Define(std::uint32_t number, std::size_t index);
  std::optional<std::uint32_t> Find(std::uint32_t number) const;

 private:
  std::vector<std::uint32_t> near_;  ///< index + 1 by number; 0: not defined
  std::unordered_map<std::uint32_t, std::uint32_t> far_;
  std::size_t defined_ = 0;
};

/// Assembles the full trace from its records, one at a time.
class TraceAssembler {
 public:
  TraceAssembler();

  /// Whether records of the type are the trace's.
  static bool Takes(std::uint16_t type) {
    return (type >= record::kModule && type <= record::kTraceState) || type == record::kSnapshot ||
           type == record::kPeakContents;
  }

  /// False, with nothing added, when the payload does not fit what came before it. `tests` is how
  /// many were announced so far.
  bool Add(std::uint16_t type, RecordCursor payload, std::size_t tests);

  RecordedTrace Finish() && { return std::move(trace_); }

 private:
  bool AddModule(RecordCursor& payload);
  bool EndModule(RecordCursor& payload);
  bool AddStack(RecordCursor& payload);
  bool AddWindow(RecordCursor& payload, std::size_t tests);
  bool AddOrigin(RecordCursor& payload);
  bool AddSurvivors(RecordCursor& payload);
  bool AddPeak(RecordCursor& payload, std::size_t tests);
  bool AddSite(RecordCursor& payload);
  bool AddResource(RecordCursor& payload);
  bool AddState(RecordCursor& payload);
  bool AddSnapshot(RecordCursor& payload);
  bool AddPeakContents(RecordCursor& payload, std::size_t tests);
  /// Takes `count` amounts to the end of `amounts`.
  bool TakeAmounts(RecordCursor& payload, std::uint32_t count,
                   std::vector<RecordedAmount>* amounts) const;

  RecordedTrace trace_;
  RecordNumbers modules_;
  RecordNumbers stacks_;
  RecordNumbers windows_;
  RecordNumbers origins_;
  std::vector<std::uint32_t> site_of_stack_;  ///< index + 1 by the stack's index; 0: none
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_RECORD_TRACE_H_
