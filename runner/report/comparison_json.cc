// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "runner/report/comparison_text.h"
#include "runner/report/json_finding.h"
#include "runner/report/json_writer.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Rises when a reader of the old form would misunderstand the new one.
constexpr int kComparisonSchemaVersion = 1;

Json OrNull(const std::optional<Finding>& finding) {
  return finding ? FindingJson(*finding) : Json(nullptr);
}

}  // namespace

std::string RenderComparisonJson(const Comparison& comparison) {
  JsonWriter writer;
  writer.Member("schema_version", kComparisonSchemaVersion);
  writer.Member("tool", {{"name", "memprof"}, {"version", MEMPROF_VERSION}});
  writer.Member("base_tests", comparison.base_tests);
  writer.Member("new_tests", comparison.new_tests);
  Json counts = Json::object();
  for (const Change change : {Change::kNew, Change::kWorse, Change::kNotMeasured, Change::kFixed,
                              Change::kBetter, Change::kKnown}) {
    counts[Name(change)] = comparison.Count(change);
  }
  writer.Member("counts", counts);
  writer.OpenArray("findings");
  for (const ComparedFinding& compared : comparison.findings) {
    const std::string& why = compared.why_not_measured;
    Json json = Json::object();
    json["change"] = Name(compared.change);
    json["why_not_measured"] = why.empty() ? Json(nullptr) : Json(why);
    json["before"] = OrNull(compared.before);
    json["after"] = OrNull(compared.after);
    writer.TallElement(json);
  }
  writer.CloseArray();
  return std::move(writer).Finish();
}

}  // namespace memprof
