// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_LINES_VIEW_H_
#define MEMPROF_RUNNER_VIEWS_LINES_VIEW_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/plan/view_request.h"
#include "runner/report/report.h"
#include "runner/views/profile_choice.h"

namespace memprof {

/// What a line allocated in all runs of the processes, in requested bytes.
struct LineSums {
  ProfileFigures figures;
  std::uint64_t peak_bytes = 0;  ///< of the one test whose peak is shown
  std::uint64_t peak_blocks = 0;

  bool operator==(const LineSums&) const = default;
};

struct LineRow {
  /// Of the allocations whose innermost line of the user's this is: of all lines they add up.
  LineSums self;
  /// Of those that the line makes in any way; one stack counts once for a line, and for many lines.
  LineSums inclusive;
};

/// One source file, line by line. Sums: `total` is `in_file` and the three that follow it, to the
/// byte and the call.
struct LinesView {
  std::string file;       ///< as the result has it
  std::string processes;  ///< whose figures they are
  std::map<int, LineRow> lines;
  LineSums in_file;        ///< of `lines`, self
  LineSums other_files;    ///< lines of other files
  LineSums without_lines;  ///< code of which no line is known
  LineSums not_told;       ///< calls that are not told one by one
  LineSums total;          ///< of the processes
  /// What GoogleTest and memprof made for themselves: not in `total`. Unset where a report of an
  /// earlier version does not tell; so is the next.
  std::optional<ProfileFigures> left_out;
  /// Allocations between start and end of the tests, as the counters have them.
  std::optional<std::uint64_t> counted_in_tests;
  std::string peak_of;              ///< the test whose peak is shown; empty where there is none
  std::map<int, std::string> text;  ///< lines as far as they can be read
  std::vector<std::string> notes;   ///< sentences
  std::vector<NotMeasured> not_measured;
};

/// The figures of `file`, one that FilesOf() has.
LinesView BuildLines(const Report& report, const ProfileChoice& choice, const std::string& file);

/// The files that frames of the processes name with a line, each once, in order.
std::vector<std::string> FilesOf(const ProfileChoice& choice);

/// Takes the text of the file: from `source`, the file as it is now, or from the report's excerpts.
/// Says in the notes where it is not what the program was made of.
void TakeSource(const Report& report, const std::optional<ViewSource>& source, LinesView* view);

std::string LinesText(const Report& report, const LinesView& view, const ViewRequest& request);
std::string LinesJson(const Report& report, const LinesView& view, const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_LINES_VIEW_H_
