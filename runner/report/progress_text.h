// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROGRESS_TEXT_H_
#define MEMPROF_RUNNER_REPORT_PROGRESS_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memprof {

/// What a run is doing at one moment.
struct ProgressState {
  std::string stage;
  int number = 0;  ///< of the stage, from 1; 0: it has no place among them
  int stages = 0;
  std::string step;  ///< within the stage; may be empty
  int done = 0;
  int total = 0;         ///< 0: not known
  std::string current;   ///< full name of a test, any bytes; may be empty
  double elapsed_s = 0;  ///< since the stage began
  std::optional<double> left_s;
};

/// "[2/4] triage"
std::string StageName(const ProgressState& state);

/// What a stage counts: "test", of the scan "file".
const char* ThingOf(const ProgressState& state);

/// One line for a terminal, of at most `columns` columns. The test's name is shortened in the
/// middle, where names of one suite differ least; what has no room is left out, counts last.
///
///     [2/4] triage  37/60  0:12, about 20 s left  Gallery.ShowsNewUploads
std::string ProgressLine(const ProgressState& state, std::size_t columns);

/// The same for a log, without a limit: "37 of 60 tests after 1 min 30 s, about 2 min left; now X".
std::string ProgressNote(const ProgressState& state);

/// "about 20 s left", in steps that are coarse enough to stand still for a while.
std::string TimeLeftText(double seconds);

/// Columns on a terminal, never too few: wide characters and emoji are two.
std::size_t TerminalColumns(std::string_view text);

/// `text` cut to `columns` columns, its middle replaced by "…" where it was longer.
std::string ShortenedInMiddle(std::string_view text, std::size_t columns);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PROGRESS_TEXT_H_
