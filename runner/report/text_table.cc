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
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kColumns = 8;
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

}  // namespace

std::string TestTable(std::span<const TestReport> tests) {
  std::vector<Row> rows = {
      {"test", "runs", "kept", "blocks", "allocations", "peak", "time", "verdict"}};
  for (const TestReport& test : tests) rows.push_back(RowOf(test));

  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i)
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }

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
