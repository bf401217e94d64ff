// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_EXCERPT_LINES_H_
#define MEMPROF_RUNNER_DIAGNOSE_EXCERPT_LINES_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// So much text of sources a report carries at most. What is shown of a line's figures needs its
/// text; whole projects do not belong into a report that people send around.
inline constexpr std::size_t kMostExcerptBytes = 400 << 10;

/// So many bytes of a line: one that is longer is a table that a program made.
inline constexpr std::size_t kLongestExcerptLine = 300;

/// A file below the source root and the lines in it that something names.
struct NamedLines {
  std::string file;
  std::set<int> lines;
};

/// The lines that findings name (their places, stacks, holders, members to weaken), then those that
/// have figures in distinct profiles. Files of findings first, worst first; then those of the
/// heaviest figures.
std::vector<NamedLines> LinesToShow(const Report& report);

/// Cuts the lines and four around each out of a file's text, as much as fits into `*bytes_left`,
/// which becomes less; line ends are taken off. Adds nothing for lines that the file has not.
void CutExcerpts(const NamedLines& named, std::string_view text, std::size_t* bytes_left,
                 std::vector<SourceExcerpt>* excerpts);

/// Adds the excerpts of another part of a report. Those of one file that touch become one; where
/// both have a line, the text that was there before stays.
void AddExcerpts(const std::vector<SourceExcerpt>& added, std::vector<SourceExcerpt>* excerpts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_EXCERPT_LINES_H_
