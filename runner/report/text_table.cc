// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/report/plain_text.h"
#include "runner/report/progress_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kColumns = 8;
constexpr std::size_t kGap = 2;  // before each column, and the margin
constexpr std::size_t kShortestNames = 20;
using Row = std::array<std::string, kColumns>;

std::string Bytes(const std::optional<std::int64_t>& bytes) {
  return bytes ? HumanBytes(*bytes) : "?";
}

std::string Count(const std::optional<std::int64_t>& count) {
  return count ? HumanCount(*count) : "?";
}

Row RowOf(const TestReport& test) {
  Row row = {OneLine(test.FullName()),
             HumanCount(static_cast<std::int64_t>(test.iterations.size())),
             "?",
             "?",
             "?",
             "?",
             "?",
             Name(test.verdict)};
  std::replace(row.back().begin(), row.back().end(), '_', ' ');
  if (test.iterations.empty()) return row;
  const IterationStats& last = test.iterations.back();
  row[2] = Bytes(last.kept_bytes);
  row[3] = Count(last.kept_blocks);
  row[4] = Count(last.allocations);
  row[5] = Bytes(last.peak_bytes);
  row[6] = HumanDuration(last.wall_ns);
  return row;
}

/// The names are what may be cut; figures and verdicts are what the table is for.
void FitNames(std::size_t columns, std::vector<Row>* rows,
              std::array<std::size_t, kColumns>* widths) {
  std::size_t others = 0;
  for (std::size_t i = 1; i < kColumns; ++i) others += kGap + (*widths)[i];
  const std::size_t room = columns > kGap + others ? columns - kGap - others : 0;
  const std::size_t longest = std::max(room, kShortestNames);
  if ((*widths)[0] <= longest) return;
  for (Row& row : *rows) row[0] = ShortenedInMiddle(row[0], longest);
  (*widths)[0] = longest;
}

}  // namespace

std::string TestTable(std::span<const TestReport> tests, std::size_t columns) {
  std::vector<Row> rows = {
      {"test", "runs", "kept", "blocks", "allocations", "peak", "time", "verdict"}};
  for (const TestReport& test : tests) rows.push_back(RowOf(test));

  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i)
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  FitNames(columns, &rows, &widths);

  std::string text = "TESTS (what the last run of each kept and used; ? = not measured)\n\n";
  for (const Row& row : rows) {
    text += "  ";
    for (std::size_t i = 0; i < kColumns; ++i) {
      const std::string padding(widths[i] - DisplayWidth(row[i]), ' ');
      // Names to the left, figures to the right, and no spaces at the end of a line.
      const bool figure = i > 0 && i + 1 < kColumns;
      text += figure ? padding + row[i] : row[i];
      if (i + 1 < kColumns) text += (figure ? "" : padding) + "  ";
    }
    text += '\n';
  }
  return text;
}

}  // namespace memprof
