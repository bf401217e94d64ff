// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "runner/report/json_null.h"
#include "runner/views/lines_view.h"
#include "runner/views/view_json.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json FiguresJson(const ProfileFigures& figures) {
  return {{"allocated_bytes", figures.allocated_bytes}, {"allocations", figures.allocations},
          {"temporary_bytes", figures.temporary_bytes}, {"temporaries", figures.temporaries},
          {"kept_bytes", figures.kept_bytes},           {"kept_blocks", figures.kept_blocks}};
}

Json SumsJson(const LineSums& sums, bool has_peak) {
  Json json = FiguresJson(sums.figures);
  json["peak_bytes"] = has_peak ? Json(sums.peak_bytes) : Json();
  json["peak_blocks"] = has_peak ? Json(sums.peak_blocks) : Json();
  return json;
}

}  // namespace

std::string LinesJson(const Report& report, const LinesView& view, const ViewRequest& request) {
  const bool has_peak = !view.peak_of.empty();
  const bool is_measured = !view.processes.empty();
  auto sums = [&](const LineSums& of) { return is_measured ? SumsJson(of, has_peak) : Json(); };
  JsonWriter writer;
  WriteViewHeadJson(report, View::kLines, &writer);
  writer.Member("file", view.file);
  writer.Member("processes", OrNull(view.processes));
  writer.Member("peak_of", OrNull(view.peak_of));
  writer.Member("notes", view.notes);
  writer.OpenArray("lines");
  auto element = [&](int number, const LineRow& row) {
    const auto text = view.text.find(number);
    writer.Element({{"line", number},
                    {"text", text == view.text.end() ? Json() : Json(text->second)},
                    {"self", SumsJson(row.self, has_peak)},
                    {"inclusive", SumsJson(row.inclusive, has_peak)}});
  };
  std::map<int, LineRow> rows = view.lines;
  if (request.all) {
    for (const auto& [number, text] : view.text) rows.try_emplace(number);
  }
  for (const auto& [number, row] : rows) element(number, row);
  writer.CloseArray();
  writer.Member("in_file", sums(view.in_file));
  writer.Member("other_files", sums(view.other_files));
  writer.Member("without_lines", sums(view.without_lines));
  writer.Member("not_told", sums(view.not_told));
  writer.Member("total", sums(view.total));
  writer.Member("left_out", view.left_out ? FiguresJson(*view.left_out) : Json());
  writer.Member("counted_in_tests", OrNull(view.counted_in_tests));
  WriteGapsJson(view.not_measured, &writer);
  return std::move(writer).Finish();
}

}  // namespace memprof
