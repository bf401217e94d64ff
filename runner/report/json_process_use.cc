// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_process_use.h"

#include <utility>
#include <vector>

#include "runner/report/json_null.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const LineAmount& amount) {
  return {{"file", amount.file},
          {"line", amount.line},
          {"function", amount.function},
          {"bytes", amount.bytes},
          {"count", amount.count}};
}

LineAmount ReadLine(const JsonNode& node) {
  return {node["file"].Text(), node["line"].SmallInteger(), node["function"].Text(),
          node["bytes"].Integer(), node["count"].Integer()};
}

Json ToJson(const std::vector<LineAmount>& amounts) {
  Json json = Json::array();
  for (const LineAmount& amount : amounts) json.push_back(ToJson(amount));
  return json;
}

Json ToJson(const KeptHandles& handles) {
  return {{"kind", handles.kind},           {"count", handles.count},  {"bytes", handles.bytes},
          {"targets", handles.targets},     {"file", handles.at.file}, {"line", handles.at.line},
          {"function", handles.at.function}};
}

KeptHandles ReadHandles(const JsonNode& node) {
  KeptHandles handles;
  handles.kind = node["kind"].Text();
  handles.count = node["count"].Integer();
  handles.bytes = node["bytes"].Integer();
  handles.targets = node["targets"].Texts();
  handles.at.file = node["file"].Text();
  handles.at.line = node["line"].SmallInteger();
  handles.at.function = node["function"].Text();
  return handles;
}

}  // namespace

Json ProcessUseJson(const ProcessUse& use) {
  Json handles = Json::array();
  for (const KeptHandles& each : use.handles) handles.push_back(ToJson(each));
  Json json = Json::object();
  json["command"] = use.command;
  json["pid"] = use.pid;
  json["end"] = use.end;
  json["wall_ns"] = use.wall_ns;
  json["paused_ns"] = OrNull(use.paused_ns);
  json["live_bytes"] = OrNull(use.live_bytes);
  json["live_blocks"] = OrNull(use.live_blocks);
  json["peak_bytes"] = OrNull(use.peak_bytes);
  json["allocations"] = OrNull(use.allocations);
  json["allocated_bytes"] = OrNull(use.allocated_bytes);
  json["alive"] = ToJson(use.alive);
  json["at_peak"] = ToJson(use.at_peak);
  json["allocated"] = ToJson(use.allocated);
  json["handles"] = std::move(handles);
  return json;
}

ProcessUse ReadProcessUse(const JsonNode& node) {
  ProcessUse use;
  use.command = node["command"].Text();
  use.pid = node["pid"].Integer();
  use.end = node["end"].Text();
  use.wall_ns = node["wall_ns"].Integer();
  use.paused_ns = node["paused_ns"].MaybeInteger();
  use.live_bytes = node["live_bytes"].MaybeInteger();
  use.live_blocks = node["live_blocks"].MaybeInteger();
  use.peak_bytes = node["peak_bytes"].MaybeInteger();
  use.allocations = node["allocations"].MaybeInteger();
  use.allocated_bytes = node["allocated_bytes"].MaybeInteger();
  use.alive = node["alive"].Each(ReadLine);
  use.at_peak = node["at_peak"].Each(ReadLine);
  use.allocated = node["allocated"].Each(ReadLine);
  use.handles = node["handles"].Each(ReadHandles);
  return use;
}

}  // namespace memprof
