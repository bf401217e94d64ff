// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/gaps_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_page.h"
#include "runner/views/objects_view.h"
#include "runner/views/profile_text.h"
#include "runner/views/view_page.h"
#include "runner/views/view_table.h"

namespace memprof {
namespace {

constexpr std::size_t kMostRows = 12;

std::string Bytes(std::uint64_t bytes) { return HumanBytes(static_cast<std::int64_t>(bytes)); }
std::string Count(std::uint64_t count) { return HumanCount(static_cast<std::int64_t>(count)); }

std::string TypeText(const std::string& type) { return type.empty() ? "unknown type" : type; }

std::string MadeBy(const LiveObjects& objects) {
  const std::string place = PlaceText(objects.location, objects.module);
  return objects.calls < 2 ? place : fmt::format("{} and {} more", place, objects.calls - 1);
}

void WriteRows(const std::vector<LiveObjects>& objects, bool by_type, bool all, TextPage* page) {
  const std::size_t shown = all ? objects.size() : std::min(objects.size(), kMostRows);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < shown; ++i) {
    const LiveObjects& of = objects[i];
    rows.push_back({Bytes(of.bytes), Count(of.blocks)});
    std::string type = TypeText(of.type), place = MadeBy(of);
    if (!by_type) std::swap(type, place);
    rows.back().push_back(std::move(type));
    rows.back().push_back(std::move(place));
  }
  const std::array<TableColumn, 4> columns = {{{"bytes", true},
                                               {"blocks", true},
                                               {by_type ? "type" : "call"},
                                               // Of the two a type is told apart by less.
                                               {by_type ? "from" : "type", false, !by_type}}};
  WriteTable(columns, std::move(rows), page);
  if (shown < objects.size()) {
    page->Row(fmt::format("and {} more: --all", objects.size() - shown), Paint::kDim);
  }
}

void WriteHeap(const LiveHeap& heap, const std::string& title, const ViewRequest& request,
               TextPage* page) {
  page->Blank();
  page->Line(fmt::format("{}: {} in {}", title, Bytes(heap.bytes),
                         Counted(static_cast<std::int64_t>(heap.blocks), "block")),
             Paint::kBold);
  if (!heap.sites.empty() && request.by != "site") WriteRows(heap.types, true, request.all, page);
  if (!heap.sites.empty() && request.by != "type") {
    if (request.by != "site") page->Blank();
    WriteRows(heap.sites, false, request.all, page);
  }
  if (heap.other_blocks > 0) {
    page->Row(
        fmt::format("{} in {} are of calls that are not told one by one", Bytes(heap.other_bytes),
                    Counted(static_cast<std::int64_t>(heap.other_blocks), "block")),
        Paint::kDim);
  }
}

}  // namespace

std::string ObjectsText(const Report& report, const ObjectsView& view, const ViewRequest& request) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  for (const std::string& note : view.notes) page.Line(note, Paint::kYellow);
  if (view.at_end) {
    const std::string title =
        report.process ? "ALIVE" : fmt::format("ALIVE AT THE END of {}", view.processes);
    WriteHeap(*view.at_end, title, request, &page);
  }
  if (view.at_peak) {
    WriteHeap(*view.at_peak, fmt::format("ALIVE AT THE PEAK of {}", view.at_peak->test), request,
              &page);
  }
  WriteNotMeasured(view.not_measured, &page);
  return std::move(page).Finish();
}

}  // namespace memprof
