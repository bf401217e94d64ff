// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/retention_json.h"

#include <nlohmann/json.hpp>

#include "runner/execute/json_enum.h"
namespace memprof {
namespace {

using Json = nlohmann::json;

Json ToJson(const Holder& holder) {
  return {{"kind", static_cast<int>(holder.kind)},
          {"symbol", holder.symbol},
          {"type", holder.type},
          {"file", holder.file},
          {"line", holder.line},
          {"function", holder.function},
          {"thread", holder.thread},
          {"module", holder.module},
          {"is_foreign", holder.is_foreign},
          {"retained_bytes", holder.retained_bytes}};
}

Holder HolderFrom(const Json& json) {
  Holder holder;
  holder.kind = EnumFrom(json.at("kind"), Holder::Kind::kData);
  json.at("symbol").get_to(holder.symbol);
  json.at("type").get_to(holder.type);
  json.at("file").get_to(holder.file);
  json.at("line").get_to(holder.line);
  json.at("function").get_to(holder.function);
  json.at("thread").get_to(holder.thread);
  json.at("module").get_to(holder.module);
  json.at("is_foreign").get_to(holder.is_foreign);
  json.at("retained_bytes").get_to(holder.retained_bytes);
  return holder;
}

Json ToJson(const RetentionPath& path) {
  Json steps = Json::array();
  for (const PathStep& step : path.steps) {
    steps.push_back({{"through", step.through},
                     {"type", step.type},
                     {"made_at", step.made_at},
                     {"blocks", step.blocks},
                     {"bytes", step.bytes}});
  }
  return {{"holder", ToJson(path.holder)},   {"steps", steps},
          {"blocks", path.blocks},           {"bytes", path.bytes},
          {"bytes_at", path.bytes_at},       {"is_weak", path.is_weak},
          {"is_past_end", path.is_past_end}, {"weak_how", path.weak_how}};
}

RetentionPath PathFrom(const Json& json) {
  RetentionPath path;
  path.holder = HolderFrom(json.at("holder"));
  for (const Json& step : json.at("steps")) {
    path.steps.push_back({step.at("through"), step.at("type"), step.at("made_at"),
                          step.at("blocks"), step.at("bytes")});
  }
  json.at("blocks").get_to(path.blocks);
  json.at("bytes").get_to(path.bytes);
  json.at("bytes_at").get_to(path.bytes_at);
  json.at("is_weak").get_to(path.is_weak);
  json.at("is_past_end").get_to(path.is_past_end);
  json.at("weak_how").get_to(path.weak_how);
  return path;
}

Json ToJson(const OwnershipCycle& cycle) {
  Json steps = Json::array();
  for (const OwnershipCycle::Step& step : cycle.steps) {
    steps.push_back({{"type", step.type}, {"member", step.member}});
  }
  return {{"steps", steps},       {"weaken", cycle.weaken}, {"weaken_type", cycle.weaken_type},
          {"file", cycle.file},   {"line", cycle.line},     {"is_closure", cycle.is_closure},
          {"count", cycle.count}, {"bytes", cycle.bytes}};
}

OwnershipCycle CycleFrom(const Json& json) {
  OwnershipCycle cycle;
  for (const Json& step : json.at("steps")) {
    cycle.steps.push_back({step.at("type"), step.at("member")});
  }
  json.at("weaken").get_to(cycle.weaken);
  json.at("weaken_type").get_to(cycle.weaken_type);
  json.at("file").get_to(cycle.file);
  json.at("line").get_to(cycle.line);
  json.at("is_closure").get_to(cycle.is_closure);
  json.at("count").get_to(cycle.count);
  json.at("bytes").get_to(cycle.bytes);
  return cycle;
}

}  // namespace

Json RetentionToJson(const SiteRetention& retention) {
  Json json = {{"not_measured", retention.not_measured},
               {"why_partial", retention.why_partial},
               {"iterations", retention.iterations},
               {"blocks", retention.blocks},
               {"bytes", retention.bytes},
               {"lost_blocks", retention.lost_blocks},
               {"lost_bytes", retention.lost_bytes},
               {"indirect_blocks", retention.indirect_blocks},
               {"outside_circles", retention.outside_circles},
               {"stack_only_blocks", retention.stack_only_blocks},
               {"other_paths", retention.other_paths},
               {"paths", Json::array()}};
  for (const RetentionPath& path : retention.paths) json["paths"].push_back(ToJson(path));
  if (retention.cycle) json["cycle"] = ToJson(*retention.cycle);
  return json;
}

SiteRetention RetentionFromJson(const Json& json) {
  SiteRetention retention;
  json.at("not_measured").get_to(retention.not_measured);
  json.at("why_partial").get_to(retention.why_partial);
  json.at("iterations").get_to(retention.iterations);
  json.at("blocks").get_to(retention.blocks);
  json.at("bytes").get_to(retention.bytes);
  json.at("lost_blocks").get_to(retention.lost_blocks);
  json.at("lost_bytes").get_to(retention.lost_bytes);
  json.at("indirect_blocks").get_to(retention.indirect_blocks);
  json.at("outside_circles").get_to(retention.outside_circles);
  json.at("stack_only_blocks").get_to(retention.stack_only_blocks);
  json.at("other_paths").get_to(retention.other_paths);
  for (const Json& path : json.at("paths")) retention.paths.push_back(PathFrom(path));
  if (json.contains("cycle")) retention.cycle = CycleFrom(json.at("cycle"));
  return retention;
}

}  // namespace memprof
