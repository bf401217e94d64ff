// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/evidence_file.h"

#include <nlohmann/json.hpp>

namespace memprof {
namespace {

using Json = nlohmann::json;

Json SeriesToJson(const ProcessSeries& series) {
  Json quantities = Json::array();
  for (const QuantitySeries& of : series.quantities) {
    quantities.push_back(
        {{"measured", of.measured}, {"values", of.values}, {"kept_by_scope", of.kept_by_scope}});
  }
  Json descriptors = Json::array();
  for (const IdentitySeries& identity : series.descriptors) {
    descriptors.push_back({{"target", identity.target}, {"counts", identity.counts}});
  }
  return {{"quantities", quantities},
          {"live_blocks", series.live_blocks},
          {"descriptors", descriptors},
          {"iterations", series.iterations}};
}

ProcessSeries SeriesFromJson(const Json& json) {
  ProcessSeries series;
  for (std::size_t i = 0; i < series.quantities.size(); ++i) {
    const Json& of = json.at("quantities").at(i);
    of.at("measured").get_to(series.quantities[i].measured);
    of.at("values").get_to(series.quantities[i].values);
    of.at("kept_by_scope").get_to(series.quantities[i].kept_by_scope);
  }
  json.at("live_blocks").get_to(series.live_blocks);
  for (const Json& identity : json.at("descriptors")) {
    series.descriptors.push_back({identity.at("target"), identity.at("counts")});
  }
  json.at("iterations").get_to(series.iterations);
  return series;
}

}  // namespace

std::string RenderSuspect(const SuspectFile& suspect) {
  const TestEvidence& evidence = suspect.evidence;
  const RecordedTest& test = evidence.test;
  Json json = {{"suite", test.suite},
               {"name", test.name},
               {"file", test.file},
               {"line", test.line},
               {"native_seconds", suspect.native_seconds},
               {"kept_once_bytes", evidence.kept_once_bytes},
               {"unrepeatable", evidence.triage.unrepeatable},
               {"safe_runs", evidence.triage.safe_runs},
               {"ended_early", evidence.triage.ended_early},
               {"given_back_by", evidence.given_back_by}};
  if (evidence.triage.series) {
    json["series"] = SeriesToJson(*evidence.triage.series);
  } else {
    json["not_measured"] = evidence.triage.series.why_not();
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<SuspectFile> ParseSuspect(std::string_view text) {
  SuspectFile suspect;
  // The only place where the runner lets a library throw: it ends here.
  try {
    const Json json = Json::parse(text);
    TestEvidence& evidence = suspect.evidence;
    json.at("suite").get_to(evidence.test.suite);
    json.at("name").get_to(evidence.test.name);
    json.at("file").get_to(evidence.test.file);
    json.at("line").get_to(evidence.test.line);
    json.at("native_seconds").get_to(suspect.native_seconds);
    json.at("kept_once_bytes").get_to(evidence.kept_once_bytes);
    json.at("unrepeatable").get_to(evidence.triage.unrepeatable);
    json.at("safe_runs").get_to(evidence.triage.safe_runs);
    json.at("ended_early").get_to(evidence.triage.ended_early);
    json.at("given_back_by").get_to(evidence.given_back_by);
    evidence.triage.series =
        json.contains("series")
            ? Measured<ProcessSeries>(SeriesFromJson(json.at("series")))
            : Measured<ProcessSeries>::Not(json.at("not_measured").get<std::string>());
  } catch (const Json::exception& exception) {
    return Error{
        ErrorKind::kDamaged,
        std::string("what the screen left of this test cannot be read: ") + exception.what(),
        "run the screen again: ctest -R the target's memprof tests"};
  }
  return suspect;
}

}  // namespace memprof
