// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "runner/report/gaps_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_page.h"
#include "runner/views/lines_view.h"
#include "runner/views/view_page.h"

namespace memprof {
namespace {

constexpr int kAround = 2;  // lines before and behind one with figures

std::string Bytes(std::uint64_t bytes) {
  return bytes == 0 ? "" : HumanBytes(static_cast<std::int64_t>(bytes));
}

/// Rows of figures, and behind each what it is of.
class Table {
 public:
  Table(const LinesView& view, TextPage* page) : view_(view), page_(*page) {}

  void Heading() { Row({"allocated", "calls", "temporary", "kept", "peak"}, "", Paint::kDim); }

  void Figures(const LineSums& sums, const std::string& what, Paint paint = Paint::kPlain) {
    const ProfileFigures& of = sums.figures;
    const std::string calls =
        of.allocations == 0 ? "" : HumanCount(static_cast<std::int64_t>(of.allocations));
    Row({Bytes(of.allocated_bytes), calls, Bytes(of.temporary_bytes), Bytes(of.kept_bytes),
         Bytes(sums.peak_bytes)},
        what, paint);
  }

  void Row(const std::array<std::string, 5>& cells, const std::string& what, Paint paint) {
    std::string line;
    const std::size_t shown = view_.peak_of.empty() ? 4 : 5;
    for (std::size_t i = 0; i < shown; ++i) line += fmt::format("{:>9} ", cells[i]);
    line += what;
    const std::size_t end = line.find_last_not_of(' ');
    line.erase(end == std::string::npos ? 0 : end + 1);
    page_.Row(Shortened(line, page_.row_columns()), paint);
  }

 private:
  const LinesView& view_;
  TextPage& page_;
};

/// Text of a line on one row, its indentation kept.
std::string Code(const std::string& line) {
  std::string code;
  for (const char c : line) {
    if (c == '\t') {
      code += "    ";
    } else {
      code += c;
    }
  }
  const std::vector<std::string> plain = PlainLines(code);
  return plain.empty() ? "" : plain.front();
}

const LineSums& Shown(const LineRow& row, bool inclusive) {
  return inclusive ? row.inclusive : row.self;
}

std::set<int> LinesToShow(const LinesView& view, const ViewRequest& request) {
  std::set<int> shown;
  for (const auto& [number, row] : view.lines) {
    if (Shown(row, request.inclusive) == LineSums()) continue;
    shown.insert(number);
    for (int near = number - kAround; near <= number + kAround; ++near) {
      if (view.text.contains(near)) shown.insert(near);
    }
  }
  if (request.all) {
    for (const auto& [number, line] : view.text) shown.insert(number);
  }
  return shown;
}

void WriteLines(const LinesView& view, const ViewRequest& request, Table* table) {
  int last = 0;
  for (const int number : LinesToShow(view, request)) {
    if (last != 0 && number != last + 1) table->Row({}, "      …", Paint::kDim);
    last = number;
    const auto text = view.text.find(number);
    const std::string what =
        fmt::format("{:>6}  {}", number, text == view.text.end() ? "" : Code(text->second));
    const auto row = view.lines.find(number);
    const bool has_figures =
        row != view.lines.end() && Shown(row->second, request.inclusive) != LineSums();
    if (has_figures) {
      table->Figures(Shown(row->second, request.inclusive), what, Paint::kBold);
    } else {
      table->Row({}, what, Paint::kPlain);
    }
  }
}

void WriteSums(const LinesView& view, Table* table) {
  table->Figures(view.in_file, "= lines of this file");
  for (const auto& [sums, what] : {std::pair(&view.other_files, "+ other files"),
                                   std::pair(&view.without_lines, "+ code without lines"),
                                   std::pair(&view.not_told, "+ calls not told one by one")}) {
    if (*sums != LineSums()) table->Figures(*sums, what);
  }
  table->Figures(view.total, "= all", Paint::kBold);
}

void WriteLeftOut(const LinesView& view, TextPage* page) {
  if (view.left_out && view.left_out->allocations > 0) {
    page->Line(fmt::format(
        "Left out: {} in {} that GoogleTest, memprof and the C++ runtime made for themselves.",
        HumanBytes(static_cast<std::int64_t>(view.left_out->allocated_bytes)),
        Counted(static_cast<std::int64_t>(view.left_out->allocations), "call")));
  }
  if (view.counted_in_tests) {
    page->Line(fmt::format("Between start and end of the tests the counters saw {}.",
                           Counted(static_cast<std::int64_t>(*view.counted_in_tests), "call")));
  }
}

}  // namespace

std::string LinesText(const Report& report, const LinesView& view, const ViewRequest& request) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  for (const std::string& note : view.notes) page.Line(note, Paint::kYellow);
  if (view.processes.empty()) {
    WriteNotMeasured(view.not_measured, &page);
    return std::move(page).Finish();
  }
  page.Blank();
  page.Line(fmt::format("{} of {}", view.file, view.processes), Paint::kBold);
  if (!view.peak_of.empty()) page.Line("The peak is that of " + view.peak_of + ".");
  if (request.inclusive) {
    page.Line("A line has what it and all that it calls allocate, so lines do not add up.");
  }
  Table table(view, &page);
  table.Heading();
  WriteLines(view, request, &table);
  page.Blank();
  WriteSums(view, &table);
  page.Blank();
  WriteLeftOut(view, &page);
  WriteNotMeasured(view.not_measured, &page);
  return std::move(page).Finish();
}

}  // namespace memprof
