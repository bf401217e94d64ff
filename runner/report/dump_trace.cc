// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>
#include <utility>

#include "gtest_plugin/record/format.h"
#include "runner/report/dump_fields.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

bool ModuleFields(RecordCursor& payload, Json* line) {
  record::Module module;
  std::string path;
  std::string build_id;
  if (!payload.Take(&module) || !payload.Take(&path) || !payload.Take(&build_id)) return false;
  std::string digits;
  for (const char byte : build_id) {
    digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  (*line)["id"] = module.id;
  (*line)["epoch"] = module.epoch;
  (*line)["bias"] = DumpAddress(module.bias);
  (*line)["begin"] = DumpAddress(module.begin);
  (*line)["end"] = DumpAddress(module.end);
  (*line)["path"] = path;
  (*line)["build_id"] = digits;
  return true;
}

bool ModuleGoneFields(RecordCursor& payload, Json* line) {
  record::ModuleGone gone;
  if (!payload.Take(&gone)) return false;
  (*line)["id"] = gone.id;
  (*line)["last_epoch"] = gone.last_epoch;
  return true;
}

bool StackFields(RecordCursor& payload, Json* line) {
  record::Stack stack;
  if (!payload.Take(&stack) || !payload.Holds(stack.frames, sizeof(std::uint64_t))) return false;
  Json frames = Json::array();
  for (std::uint32_t i = 0; i < stack.frames; ++i) {
    std::uint64_t address = 0;
    payload.Take(&address);
    frames.push_back(DumpAddress(address));
  }
  (*line)["id"] = stack.id;
  (*line)["epoch"] = stack.epoch;
  (*line)["flags"] = DumpBits(stack.flags, {"cut", "incomplete"});
  (*line)["frames"] = std::move(frames);
  return true;
}

bool WindowFields(RecordCursor& payload, Json* line) {
  record::TraceWindow window;
  std::string suite;
  if (!payload.Take(&window) || !payload.Take(&suite)) return false;
  (*line)["id"] = window.id;
  (*line)["kind"] = DumpName(window.kind, {"before_tests", "within_program", "within_suite",
                                           "within_test", "after_tests", "ignored"});
  (*line)["test"] = DumpTest(window.test);
  (*line)["iteration"] = window.iteration;
  (*line)["suite"] = suite;
  return true;
}

bool OriginFields(RecordCursor& payload, Json* line) {
  record::Origin origin;
  if (!payload.Take(&origin)) return false;
  (*line)["id"] = origin.id;
  (*line)["stack"] = origin.stack;
  (*line)["window"] = origin.window;
  (*line)["thread"] = origin.thread;
  return true;
}

bool TakeAmounts(RecordCursor& payload, std::uint32_t count, Json* line) {
  if (!payload.Holds(count, sizeof(record::OriginAmount))) return false;
  Json amounts = Json::array();
  for (std::uint32_t i = 0; i < count; ++i) {
    record::OriginAmount amount;
    payload.Take(&amount);
    amounts.push_back(
        {{"origin", amount.origin}, {"blocks", amount.blocks}, {"bytes", amount.bytes}});
  }
  (*line)["amounts"] = std::move(amounts);
  return true;
}

bool SurvivorsFields(RecordCursor& payload, Json* line) {
  record::Survivors survivors;
  if (!payload.Take(&survivors)) return false;
  (*line)["iteration"] = survivors.iteration;
  return TakeAmounts(payload, survivors.count, line);
}

bool PeakFields(RecordCursor& payload, Json* line) {
  record::Peak peak;
  if (!payload.Take(&peak)) return false;
  (*line)["test"] = DumpTest(peak.test);
  (*line)["iteration"] = peak.iteration;
  (*line)["other_blocks"] = peak.other_blocks;
  (*line)["other_bytes"] = peak.other_bytes;
  return TakeAmounts(payload, peak.count, line);
}

bool SiteFields(RecordCursor& payload, Json* line) {
  record::Site site;
  if (!payload.Take(&site)) return false;
  (*line)["stack"] = site.stack;
  (*line)["allocations"] = site.allocations;
  (*line)["bytes"] = site.bytes;
  (*line)["temporaries"] = site.temporaries;
  (*line)["temporary_bytes"] = site.temporary_bytes;
  (*line)["reallocs"] = site.reallocs;
  (*line)["realloc_bytes"] = site.realloc_bytes;
  (*line)["longest_chain"] = site.longest_chain;
  (*line)["largest"] = site.largest;
  (*line)["sizes"] = site.sizes;
  (*line)["lifetimes"] = site.lifetimes;
  return true;
}

bool ResourceFields(RecordCursor& payload, Json* line) {
  record::Resource resource;
  std::string target;
  if (!payload.Take(&resource) || !payload.Take(&target)) return false;
  (*line)["kind"] =
      DumpName(resource.kind, {nullptr, "descriptor", "thread", "mapping", "paired_object"});
  (*line)["iteration"] = resource.iteration;
  (*line)["origin"] = resource.origin;
  (*line)["is_there"] = resource.is_there != 0;
  (*line)["id"] =
      resource.kind == record::kMapping ? Json(DumpAddress(resource.id)) : Json(resource.id);
  (*line)["bytes"] = resource.bytes;
  (*line)["target"] = target;
  return true;
}

bool TraceStateFields(RecordCursor& payload, Json* line) {
  record::TraceState state;
  if (!payload.Take(&state)) return false;
  (*line)["iteration"] = state.iteration;
  (*line)["stacks"] = state.stacks;
  (*line)["origins"] = state.origins;
  (*line)["threads"] = state.threads;
  (*line)["live_blocks"] = state.live_blocks;
  (*line)["live_bytes"] = state.live_bytes;
  (*line)["table_bytes"] = state.table_bytes;
  (*line)["unknown_frees"] = state.unknown_frees;
  (*line)["untracked_blocks"] = state.untracked_blocks;
  (*line)["lost_stacks"] = state.lost_stacks;
  (*line)["lost_resources"] = state.lost_resources;
  return true;
}

constexpr DumpedType kTraceTypes[] = {
    {record::kModule, "module", ModuleFields},
    {record::kModuleGone, "module_gone", ModuleGoneFields},
    {record::kStack, "stack", StackFields},
    {record::kWindow, "window", WindowFields},
    {record::kOrigin, "origin", OriginFields},
    {record::kSurvivors, "survivors", SurvivorsFields},
    {record::kPeak, "peak", PeakFields},
    {record::kSite, "site", SiteFields},
    {record::kResource, "resource", ResourceFields},
    {record::kTraceState, "trace_state", TraceStateFields},
};

}  // namespace

std::span<const DumpedType> DumpedTraceTypes() { return kTraceTypes; }

}  // namespace memprof
