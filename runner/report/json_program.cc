// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_program.h"

#include <utility>

#include "runner/report/json_finding.h"
#include "runner/report/json_finding_reader.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const AllocatingTest& test) {
  return {{"test", test.test}, {"bytes", test.bytes}, {"calls", test.calls}};
}

AllocatingTest ReadAllocating(const JsonNode& node) {
  return {node["test"].Text(), node["bytes"].Integer(), node["calls"].Integer()};
}

Json ToJson(const FedHolder& holder) {
  Json shares = Json::array();
  for (const FedShare& share : holder.shares) {
    shares.push_back({{"test", share.test},
                      {"bytes", share.bytes},
                      {"blocks", share.blocks},
                      {"runs", share.runs}});
  }
  return {{"told", holder.is_told},
          {"path_bytes", holder.path_bytes},
          {"shares", std::move(shares)},
          {"finding", FindingJson(holder.finding)}};
}

FedHolder ReadHolder(const JsonNode& node) {
  FedHolder holder;
  holder.finding = ReadFinding(node["finding"]);
  holder.path_bytes = node["path_bytes"].Integer();
  holder.shares = node["shares"].Each([](const JsonNode& share) {
    return FedShare{share["test"].Text(), share["bytes"].Integer(), share["blocks"].Integer(),
                    share["runs"].SmallInteger()};
  });
  holder.is_told = node["told"].Truth();
  // Without its name there is nothing to bring shards together by.
  if (!holder.finding.held_by) throw JsonMismatch{"a fed holder has no held_by"};
  return holder;
}

}  // namespace

Json ProgramJson(const ProgramEvidence& program) {
  Json allocating = Json::array();
  for (const AllocatingTest& test : program.allocating) allocating.push_back(ToJson(test));
  Json peaks = Json::array();
  for (const HighPeak& peak : program.high_peaks) {
    peaks.push_back({{"told", peak.is_told}, {"finding", FindingJson(peak.finding)}});
  }
  Json holders = Json::array();
  for (const FedHolder& holder : program.fed_holders) holders.push_back(ToJson(holder));
  Json json = Json::object();
  json["binary"] = program.binary;
  json["one_time_bytes"] = program.one_time_bytes;
  json["peak_spike_bytes"] = program.peak_spike_bytes;
  json["peak_spike_factor"] = program.peak_spike_factor;
  json["waste_tests"] = program.waste_tests;
  json["allocated_bytes"] = program.allocated_bytes;
  json["allocations"] = program.allocations;
  json["allocating"] = std::move(allocating);
  json["high_peaks"] = std::move(peaks);
  json["fed_holders"] = std::move(holders);
  return json;
}

ProgramEvidence ReadProgram(const JsonNode& node) {
  ProgramEvidence program;
  program.binary = node["binary"].Text();
  program.one_time_bytes = node["one_time_bytes"].Integer();
  program.peak_spike_bytes = node["peak_spike_bytes"].Integer();
  program.peak_spike_factor = node["peak_spike_factor"].Number();
  program.waste_tests = node["waste_tests"].SmallInteger();
  program.allocated_bytes = node["allocated_bytes"].Integer();
  program.allocations = node["allocations"].Integer();
  program.allocating = node["allocating"].Each(ReadAllocating);
  program.high_peaks = node["high_peaks"].Each([](const JsonNode& peak) {
    return HighPeak{ReadFinding(peak["finding"]), peak["told"].Truth()};
  });
  program.fed_holders = node["fed_holders"].Each(ReadHolder);
  return program;
}

}  // namespace memprof
