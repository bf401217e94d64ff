// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_trace.h"

#include <algorithm>
#include <string>
#include <utility>

namespace memprof {
namespace {

/// Iterations are an index of ours. A number above this one is taken for damage: no run was ever
/// followed for that long with a full trace, and the room for it would be what a lie costs.
constexpr std::uint32_t kMaxIteration = 1u << 20;

/// Numbers that the array may lead in advance of what is defined.
constexpr std::size_t kNumbersAhead = 4096;

}  // namespace

bool RecordNumbers::Define(std::uint32_t number, std::size_t index) {
  if (Find(number)) return false;
  const auto entry = static_cast<std::uint32_t>(index);
  ++defined_;
  if (number >= 2 * defined_ + kNumbersAhead) {
    far_.emplace(number, entry);
    return true;
  }
  if (number >= near_.size()) near_.resize(number + 1u);
  near_[number] = entry + 1;
  return true;
}

std::optional<std::uint32_t> RecordNumbers::Find(std::uint32_t number) const {
  if (number < near_.size() && near_[number] != 0) return near_[number] - 1;
  if (far_.empty()) return std::nullopt;
  const auto found = far_.find(number);
  if (found == far_.end()) return std::nullopt;
  return found->second;
}

TraceAssembler::TraceAssembler() {
  trace_.stacks.emplace_back();
  stacks_.Define(record::kNoStack, 0);
}

bool TraceAssembler::Add(std::uint16_t type, RecordCursor payload, std::size_t tests) {
  switch (type) {
    case record::kModule:
      return AddModule(payload);
    case record::kModuleGone:
      return EndModule(payload);
    case record::kStack:
      return AddStack(payload);
    case record::kWindow:
      return AddWindow(payload, tests);
    case record::kOrigin:
      return AddOrigin(payload);
    case record::kSurvivors:
      return AddSurvivors(payload);
    case record::kPeak:
      return AddPeak(payload, tests);
    case record::kSite:
      return AddSite(payload);
    case record::kResource:
      return AddResource(payload);
    case record::kTraceState:
      return AddState(payload);
    case record::kSnapshot:
      return AddSnapshot(payload);
    case record::kPeakContents:
      return AddPeakContents(payload, tests);
    default:
      return false;
  }
}

bool TraceAssembler::AddModule(RecordCursor& payload) {
  record::Module module;
  RecordedModule recorded;
  if (!payload.Take(&module) || !payload.Take(&recorded.path) ||
      !payload.Take(&recorded.build_id) || module.begin > module.end ||
      !modules_.Define(module.id, trace_.modules.size())) {
    return false;
  }
  recorded.bias = module.bias;
  recorded.begin = module.begin;
  recorded.end = module.end;
  recorded.first_epoch = module.epoch;
  trace_.modules.push_back(std::move(recorded));
  return true;
}

bool TraceAssembler::EndModule(RecordCursor& payload) {
  record::ModuleGone gone;
  if (!payload.Take(&gone)) return false;
  const auto index = modules_.Find(gone.id);
  if (!index || gone.last_epoch < trace_.modules[*index].first_epoch) return false;
  trace_.modules[*index].last_epoch = gone.last_epoch;
  return true;
}

bool TraceAssembler::AddStack(RecordCursor& payload) {
  record::Stack stack;
  if (!payload.Take(&stack) || !payload.Holds(stack.frames, sizeof(std::uint64_t)) ||
      !stacks_.Define(stack.id, trace_.stacks.size())) {
    return false;
  }
  RecordedStack recorded;
  recorded.epoch = stack.epoch;
  recorded.flags = stack.flags;
  recorded.addresses.resize(stack.frames);
  for (std::uint64_t& address : recorded.addresses) payload.Take(&address);
  trace_.stacks.push_back(std::move(recorded));
  return true;
}

bool TraceAssembler::AddWindow(RecordCursor& payload, std::size_t tests) {
  record::TraceWindow window;
  RecordedWindow recorded;
  if (!payload.Take(&window) || !payload.Take(&recorded.suite) ||
      window.kind > record::kIgnoredWindow) {
    return false;
  }
  recorded.kind = static_cast<record::WindowKind>(window.kind);
  recorded.iteration = window.iteration;
  if (recorded.kind == record::kWithinTest) {
    if (window.test >= tests) return false;
    recorded.test = window.test;
  }
  if (!windows_.Define(window.id, trace_.windows.size())) return false;
  trace_.windows.push_back(std::move(recorded));
  return true;
}

bool TraceAssembler::AddOrigin(RecordCursor& payload) {
  record::Origin origin;
  if (!payload.Take(&origin)) return false;
  const auto stack = stacks_.Find(origin.stack);
  const auto window = windows_.Find(origin.window);
  const auto index = static_cast<std::uint32_t>(trace_.origins.size());
  if (!stack || !window || !origins_.Define(origin.id, index)) return false;
  trace_.origins.push_back({index, *stack, *window, origin.thread});
  trace_.origin_numbers.push_back(origin.id);
  return true;
}

bool TraceAssembler::TakeAmounts(RecordCursor& payload, std::uint32_t count,
                                 std::vector<RecordedAmount>* amounts) const {
  if (!payload.Holds(count, sizeof(record::OriginAmount))) return false;
  const std::size_t before = amounts->size();
  // Exact room for each of many records would copy what is there each time.
  if (amounts->capacity() - before < count) {
    amounts->reserve(std::max<std::size_t>(before + count, 2 * before));
  }
  record::OriginAmount amount;
  for (std::uint32_t i = 0; i < count; ++i) {
    payload.Take(&amount);
    const auto origin = origins_.Find(amount.origin);
    if (!origin) {
      amounts->resize(before);
      return false;
    }
    amounts->push_back({*origin, amount.blocks, amount.bytes});
  }
  return true;
}

bool TraceAssembler::AddSurvivors(RecordCursor& payload) {
  record::Survivors survivors;
  if (!payload.Take(&survivors) || survivors.iteration > kMaxIteration) return false;
  auto& changes = trace_.survivor_changes;
  if (changes.size() <= survivors.iteration) changes.resize(survivors.iteration + 1u);
  return TakeAmounts(payload, survivors.count, &changes[survivors.iteration]);
}

bool TraceAssembler::AddPeak(RecordCursor& payload, std::size_t tests) {
  record::Peak peak;
  RecordedPeak recorded;
  if (!payload.Take(&peak)) return false;
  // A whole program has no test.
  const bool is_known = peak.test < tests || (tests == 0 && peak.test == record::kNoTest);
  if (!is_known || !TakeAmounts(payload, peak.count, &recorded.amounts)) return false;
  recorded.test = peak.test;
  recorded.iteration = peak.iteration;
  recorded.other_blocks = peak.other_blocks;
  recorded.other_bytes = peak.other_bytes;
  trace_.peaks.push_back(std::move(recorded));
  return true;
}

bool TraceAssembler::AddSite(RecordCursor& payload) {
  record::Site site;
  if (!payload.Take(&site)) return false;
  const auto stack = stacks_.Find(site.stack);
  if (!stack) return false;
  site.stack = *stack;
  site_of_stack_.resize(trace_.stacks.size());
  std::uint32_t& entry = site_of_stack_[*stack];
  if (entry == 0) {
    trace_.sites.push_back(site);
    entry = static_cast<std::uint32_t>(trace_.sites.size());
  } else {
    trace_.sites[entry - 1] = site;
  }
  return true;
}

bool TraceAssembler::AddResource(RecordCursor& payload) {
  RecordedResource recorded;
  if (!payload.Take(&recorded.what) || !payload.Take(&recorded.target) ||
      recorded.what.kind < record::kDescriptor || recorded.what.kind > record::kPairedObject) {
    return false;
  }
  const auto origin = origins_.Find(recorded.what.origin);
  if (!origin) return false;
  recorded.what.origin = *origin;
  trace_.resources.push_back(std::move(recorded));
  return true;
}

bool TraceAssembler::AddState(RecordCursor& payload) {
  record::TraceState state;
  if (!payload.Take(&state)) return false;
  trace_.states.push_back(state);
  return true;
}

bool TraceAssembler::AddSnapshot(RecordCursor& payload) {
  RecordedSnapshot snapshot;
  record::Snapshot& what = snapshot.what;
  if (!payload.Take(&what) || !payload.Take(&snapshot.why) ||
      what.state > record::kSnapshotMissing || what.iteration > kMaxIteration) {
    return false;
  }
  if (!trace_.snapshots.empty()) {
    // The number names the file: two snapshots with the same would share it.
    const record::Snapshot& last = trace_.snapshots.back().what;
    if (what.number <= last.number || what.iteration < last.iteration) return false;
  }
  trace_.snapshots.push_back(std::move(snapshot));
  return true;
}

bool TraceAssembler::AddPeakContents(RecordCursor& payload, std::size_t tests) {
  RecordedPeakContents contents;
  record::PeakContents& what = contents.what;
  if (!payload.Take(&what) || !payload.Take(&contents.why) || what.test >= tests ||
      what.iteration > kMaxIteration || what.state > record::kSnapshotMissing) {
    return false;
  }
  // The number names the file.
  if (!trace_.peak_contents.empty() && what.number <= trace_.peak_contents.back().what.number) {
    return false;
  }
  trace_.peak_contents.push_back(std::move(contents));
  return true;
}

}  // namespace memprof
