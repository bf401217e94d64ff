// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/view_json.h"

#include "runner/report/json_null.h"
#include "runner/report/json_process_use.h"
#include "runner/views/views.h"

namespace memprof {

using Json = nlohmann::ordered_json;

void WriteViewHeadJson(const Report& report, View view, JsonWriter* writer) {
  writer->Member("schema_version", kViewsSchemaVersion);
  writer->Member("view", EntryOf(view).name);
  writer->Member("tool", {{"name", "memprof"}, {"version", report.tool_version}});
  writer->Member("binary", report.binary);
  writer->Member("interrupted", report.interrupted);
  writer->Member("crash", OrNull(report.crash));
  if (report.process) writer->Member("process", ProcessUseJson(*report.process));
}

void WriteGapsJson(std::span<const NotMeasured> gaps, JsonWriter* writer) {
  writer->OpenArray("not_measured");
  for (const NotMeasured& gap : gaps) {
    writer->Element({{"tool", gap.tool}, {"test", OrNull(gap.test)}, {"why", gap.why}});
  }
  writer->CloseArray();
}

Json LocationJson(const Location& location) {
  if (location.file.empty() && location.function.empty()) return nullptr;
  return {{"file", OrNull(location.file)},
          {"line", location.line > 0 ? Json(location.line) : Json(nullptr)},
          {"function", OrNull(location.function)}};
}

}  // namespace memprof
