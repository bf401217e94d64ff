// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/json_null.h"
#include "runner/views/objects_view.h"
#include "runner/views/view_json.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json ObjectsOf(const std::vector<LiveObjects>& all) {
  Json json = Json::array();
  for (const LiveObjects& objects : all) {
    json.push_back({{"type", OrNull(objects.type)},
                    {"location", LocationJson(objects.location)},
                    {"module", OrNull(objects.module)},
                    {"calls", objects.calls},
                    {"bytes", objects.bytes},
                    {"blocks", objects.blocks}});
  }
  return json;
}

Json HeapJson(const std::optional<LiveHeap>& heap) {
  if (!heap) return nullptr;
  return {{"test", OrNull(heap->test)},
          {"bytes", heap->bytes},
          {"blocks", heap->blocks},
          {"other", {{"bytes", heap->other_bytes}, {"blocks", heap->other_blocks}}},
          {"types", ObjectsOf(heap->types)},
          {"sites", ObjectsOf(heap->sites)}};
}

}  // namespace

std::string ObjectsJson(const Report& report, const ObjectsView& view, const ViewRequest&) {
  JsonWriter writer;
  WriteViewHeadJson(report, View::kObjects, &writer);
  writer.Member("processes", OrNull(view.processes));
  writer.Member("notes", view.notes);
  writer.Member("at_end", HeapJson(view.at_end));
  writer.Member("at_peak", HeapJson(view.at_peak));
  WriteGapsJson(view.not_measured, &writer);
  return std::move(writer).Finish();
}

}  // namespace memprof
