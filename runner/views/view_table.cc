// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/view_table.h"

#include <algorithm>
#include <numeric>

#include "runner/report/plain_text.h"
#include "runner/report/progress_text.h"

namespace memprof {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kShortestName = 16;

std::string Padded(const std::string& text, std::size_t width, bool to_the_right) {
  const std::string padding(width - std::min(width, DisplayWidth(text)), ' ');
  return to_the_right ? padding + text : text + padding;
}

}  // namespace

void WriteTable(std::span<const TableColumn> columns, std::vector<std::vector<std::string>> rows,
                TextPage* page) {
  std::vector<std::string> headings;
  for (const TableColumn& column : columns) headings.push_back(column.heading);
  rows.insert(rows.begin(), headings);
  std::vector<std::size_t> widths(columns.size());
  for (std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      row[i] = OneLine(row[i]);
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  const std::size_t room = page->row_columns() - kGap * (columns.size() - 1);
  std::vector<std::size_t> cut;  // columns that may be, first those that give way
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].gives_way) cut.push_back(i);
  }
  const auto names = std::find_if(columns.begin(), columns.end(),
                                  [](const TableColumn& column) { return !column.is_figure; });
  if (names != columns.end()) cut.push_back(static_cast<std::size_t>(names - columns.begin()));
  std::size_t all = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
  for (const std::size_t i : cut) {
    if (all <= room) break;
    const std::size_t least = std::min(kShortestName, widths[i]);
    const std::size_t less = std::min(all - room, widths[i] - least);
    widths[i] -= less;
    all -= less;
  }
  for (std::size_t at = 0; at < rows.size(); ++at) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = ShortenedInMiddle(rows[at][i], widths[i]);
      line += Padded(cell, widths[i], columns[i].is_figure) + std::string(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    page->Row(line, at == 0 ? Paint::kDim : Paint::kPlain);
  }
}

}  // namespace memprof
