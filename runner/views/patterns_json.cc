// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/json_null.h"
#include "runner/views/patterns_view.h"
#include "runner/views/view_json.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFirstLifetime = 6;

Json FiguresJson(const ProfileFigures& figures) {
  return {{"allocated_bytes", figures.allocated_bytes}, {"allocations", figures.allocations},
          {"temporary_bytes", figures.temporary_bytes}, {"temporaries", figures.temporaries},
          {"kept_bytes", figures.kept_bytes},           {"kept_blocks", figures.kept_blocks}};
}

/// Each class that has any, by the least value that is in it; 2^(i + `shift`).
Json ClassesJson(const std::vector<std::uint64_t>& classes, const char* from, int shift) {
  Json json = Json::array();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == 0) continue;
    const int exponent = static_cast<int>(i) + shift;
    const bool is_open = i == 0 || exponent < 0 || exponent > 63;
    const std::uint64_t least = is_open ? 0 : std::uint64_t{1} << exponent;
    json.push_back({{from, least}, {"count", classes[i]}});
  }
  return json;
}

Json ShapeJson(const std::optional<BlockShape>& shape) {
  if (!shape) return nullptr;
  return {{"reallocs", shape->reallocs},
          {"realloc_bytes", shape->realloc_bytes},
          {"longest_chain", shape->longest_chain},
          {"largest_bytes", shape->largest},
          {"sizes", ClassesJson(shape->sizes, "from_bytes", -1)},
          {"lifetimes", ClassesJson(shape->lifetimes, "from_ns", kFirstLifetime)}};
}

Json CallJson(const PatternCall& call) {
  Json below = Json::array();
  for (const PatternCall& each : call.calls) below.push_back(CallJson(each));
  return {{"function", call.function},
          {"total", FiguresJson(call.total)},
          {"self", FiguresJson(call.self)},
          {"calls", std::move(below)}};
}

}  // namespace

std::string PatternsJson(const Report& report, const PatternsView& view, const ViewRequest&) {
  const bool is_measured = !view.processes.empty();
  JsonWriter writer;
  WriteViewHeadJson(report, View::kPatterns, &writer);
  writer.Member("function", view.function);
  writer.Member("processes", OrNull(view.processes));
  writer.Member("notes", view.notes);
  writer.Member("total", is_measured ? FiguresJson(view.total) : Json());
  writer.Member("freed_later", is_measured ? Json(view.FreedLater()) : Json());
  writer.Member("all_allocated_bytes", is_measured ? Json(view.all_bytes) : Json());
  writer.Member("not_told_calls", is_measured ? Json(view.not_told_calls) : Json());
  Json overloads = Json::array();
  for (const PatternOverload& overload : view.overloads) {
    overloads.push_back({{"function", overload.function},
                         {"file", OrNull(overload.file)},
                         {"total", FiguresJson(overload.total)}});
  }
  writer.Member("overloads", overloads);
  writer.Member("blocks", ShapeJson(view.shape));
  writer.Member("tree", is_measured ? CallJson(view.tree) : Json());
  WriteGapsJson(view.not_measured, &writer);
  return std::move(writer).Finish();
}

}  // namespace memprof
