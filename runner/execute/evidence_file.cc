// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/evidence_file.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "runner/execute/json_enum.h"
#include "runner/execute/retention_json.h"

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
  Json gauges = Json::array();
  for (const GaugeSeries& gauge : series.gauges) {
    gauges.push_back({{"name", gauge.name},
                      {"kind", static_cast<int>(gauge.kind)},
                      {"measured", gauge.measured},
                      {"values", gauge.values},
                      {"kept_by_scope", gauge.kept_by_scope},
                      {"acquires", gauge.acquires},
                      {"releases", gauge.releases}});
  }
  return {{"quantities", quantities},
          {"live_blocks", series.live_blocks},
          {"descriptors", descriptors},
          {"gauges", gauges},
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
  for (const Json& gauge : json.at("gauges")) {
    series.gauges.push_back({gauge.at("name"), EnumFrom(gauge.at("kind"), record::kPairGauge),
                             gauge.at("measured"), gauge.at("values"), gauge.at("kept_by_scope"),
                             gauge.at("acquires"), gauge.at("releases")});
  }
  json.at("iterations").get_to(series.iterations);
  return series;
}

/// Stacks are most of a file, so a frame is a list.
Json StackToJson(const Stack& stack) {
  Json frames = Json::array();
  for (const Frame& frame : stack) {
    frames.push_back({frame.function, frame.file, frame.line, frame.module, frame.module_offset});
  }
  return frames;
}

Stack StackFromJson(const Json& json) {
  Stack stack;
  for (const Json& frame : json) {
    stack.push_back({frame.at(0), frame.at(1), frame.at(2), frame.at(3), frame.at(4)});
  }
  return stack;
}

Json TriageToJson(const TriageEvidence& triage) {
  Json json = {{"unrepeatable", triage.unrepeatable},
               {"safe_runs", triage.safe_runs},
               {"ended_early", triage.ended_early},
               {"untraced", triage.untraced},
               {"lost_in_survey", triage.lost_in_survey},
               {"unnamed_modules", triage.unnamed_modules},
               {"untracked_blocks", triage.untracked_blocks},
               {"sites", Json::array()},
               {"resources", Json::array()},
               {"objects", Json::array()}};
  for (const TracedSite& site : triage.sites) {
    json["sites"].push_back({{"stack", StackToJson(site.stack)},
                             {"bytes", site.bytes},
                             {"blocks", site.blocks},
                             {"iterations_made", site.iterations_made},
                             {"retention", RetentionToJson(site.retention)}});
  }
  for (const TracedResource& resource : triage.resources) {
    json["resources"].push_back({{"quantity", static_cast<int>(resource.quantity)},
                                 {"stack", StackToJson(resource.stack)},
                                 {"targets", resource.targets},
                                 {"values", resource.values}});
  }
  for (const TracedObjects& objects : triage.objects) {
    json["objects"].push_back({{"kind", objects.kind},
                               {"stack", StackToJson(objects.stack)},
                               {"values", objects.values}});
  }
  if (triage.series) {
    json["series"] = SeriesToJson(*triage.series);
  } else {
    json["not_measured"] = triage.series.why_not();
  }
  return json;
}

TriageEvidence TriageFromJson(const Json& json) {
  TriageEvidence triage;
  json.at("unrepeatable").get_to(triage.unrepeatable);
  json.at("safe_runs").get_to(triage.safe_runs);
  json.at("ended_early").get_to(triage.ended_early);
  json.at("untraced").get_to(triage.untraced);
  json.at("lost_in_survey").get_to(triage.lost_in_survey);
  json.at("unnamed_modules").get_to(triage.unnamed_modules);
  json.at("untracked_blocks").get_to(triage.untracked_blocks);
  for (const Json& site : json.at("sites")) {
    triage.sites.push_back({StackFromJson(site.at("stack")),
                            site.at("bytes"),
                            site.at("blocks"),
                            site.at("iterations_made"),
                            {},
                            RetentionFromJson(site.at("retention"))});
  }
  for (const Json& resource : json.at("resources")) {
    triage.resources.push_back({EnumFrom(resource.at("quantity"), kQuantities.back()),
                                StackFromJson(resource.at("stack")), resource.at("targets"),
                                resource.at("values")});
  }
  for (const Json& objects : json.at("objects")) {
    triage.objects.push_back(
        {objects.at("kind"), StackFromJson(objects.at("stack")), objects.at("values")});
  }
  triage.series = json.contains("series")
                      ? Measured<ProcessSeries>(SeriesFromJson(json.at("series")))
                      : Measured<ProcessSeries>::Not(json.at("not_measured").get<std::string>());
  return triage;
}

Json EvidenceToJson(const TestEvidence& evidence) {
  const RecordedTest& test = evidence.test;
  return {{"suite", test.suite},
          {"name", test.name},
          {"file", test.file},
          {"line", test.line},
          {"scope", static_cast<int>(evidence.scope)},
          {"kept_once_bytes", evidence.kept_once_bytes},
          {"given_back_by", evidence.given_back_by},
          {"triage", TriageToJson(evidence.triage)}};
}

TestEvidence EvidenceFromJson(const Json& json) {
  TestEvidence evidence;
  json.at("suite").get_to(evidence.test.suite);
  json.at("name").get_to(evidence.test.name);
  json.at("file").get_to(evidence.test.file);
  json.at("line").get_to(evidence.test.line);
  evidence.scope = EnumFrom(json.at("scope"), Scope::kProgram);
  json.at("kept_once_bytes").get_to(evidence.kept_once_bytes);
  json.at("given_back_by").get_to(evidence.given_back_by);
  evidence.triage = TriageFromJson(json.at("triage"));
  return evidence;
}

}  // namespace

std::string RenderSuspect(const SuspectFile& suspect) {
  Json json = {{"native_seconds", suspect.native_seconds}, {"evidence", Json::array()}};
  for (const TestEvidence& evidence : suspect.evidence) {
    json["evidence"].push_back(EvidenceToJson(evidence));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<SuspectFile> ParseSuspect(std::string_view text) {
  SuspectFile suspect;
  // What the library throws, and EnumFrom(), ends here.
  try {
    const Json json = Json::parse(text);
    json.at("native_seconds").get_to(suspect.native_seconds);
    // Of a file without any, the first is asked for all the same, so that this throws.
    suspect.evidence.push_back(EvidenceFromJson(json.at("evidence").at(0)));
    for (std::size_t i = 1; i < json.at("evidence").size(); ++i) {
      suspect.evidence.push_back(EvidenceFromJson(json.at("evidence").at(i)));
    }
  } catch (const std::exception& exception) {
    return Error{
        ErrorKind::kDamaged,
        std::string("what the screen left of this test cannot be read: ") + exception.what(),
        "run the screen again: ctest -R the target's memprof tests"};
  }
  return suspect;
}

}  // namespace memprof
