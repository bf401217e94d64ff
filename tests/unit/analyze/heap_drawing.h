// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_ANALYZE_HEAP_DRAWING_H_
#define MEMPROF_TESTS_UNIT_ANALYZE_HEAP_DRAWING_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "runner/analyze/retention.h"
#include "runner/analyze/traced_owner.h"
#include "tests/unit/analyze/fake_program_types.h"
#include "tests/unit/analyze/trace_builder.h"

namespace memprof {

/// One heap snapshot, drawn block by block and pointer by pointer.
class HeapDrawing {
 public:
  explicit HeapDrawing(std::uint32_t iteration = 0) { snapshot_.iteration = iteration; }

  std::uint32_t Block(std::uint32_t origin, std::uint64_t bytes) {
    const std::uint64_t address = 0x100000 + snapshot_.blocks.size() * 0x1000;
    snapshot_.blocks.push_back({address, bytes, origin, 0});
    return static_cast<std::uint32_t>(snapshot_.blocks.size() - 1);
  }
  void Point(std::uint32_t from, std::uint32_t offset, std::uint32_t to,
             std::uint32_t to_offset = 0) {
    snapshot_.edges.push_back({from, to, offset, to_offset});
  }
  void PointWeakly(std::uint32_t from, std::uint32_t offset, std::uint32_t to,
                   record::WeakBits how) {
    snapshot_.weak_edges.push_back({from, to, offset, 0});
    snapshot_.weak_bits.push_back(static_cast<std::uint8_t>(how));
  }
  void Data(std::uint64_t address, std::uint32_t block, std::uint32_t weak = 0) {
    Root(record::kRootData, address, block, 0, weak);
  }
  void Root(record::RootKind kind, std::uint64_t address, std::uint32_t block,
            std::uint32_t thread = 0, std::uint32_t weak = 0) {
    snapshot_.roots.push_back({address, block, 0, kind, thread, weak, 0});
  }
  void VirtualTable(std::uint32_t block, std::uint64_t address) {
    snapshot_.image_words.push_back({block, 0, address});
  }
  SnapshotThread& Thread(const std::string& name, std::uint64_t stack_end) {
    SnapshotThread thread;
    thread.name = name;
    thread.stack_end = stack_end;
    snapshot_.threads.push_back(thread);
    return snapshot_.threads.back();
  }
  void MakePartial(const std::string& why) { snapshot_.why_partial = why; }

  HeapSnapshot Done() const {
    HeapSnapshot done = snapshot_;
    std::stable_sort(done.edges.begin(), done.edges.end(), [](const auto& a, const auto& b) {
      return std::tie(a.from, a.from_offset) < std::tie(b.from, b.from_offset);
    });
    return done;
  }

 private:
  HeapSnapshot snapshot_;
};

/// A program with calls that allocate, each of which is a site of one owner.
class AllocatingProgram {
 public:
  AllocatingProgram() { trace_.AddModule("/build/app_test", 0x400000, 0x500000); }

  FakeProgramTypes& types() { return types_; }
  TraceBuilder& trace() { return trace_; }

  /// A call that makes blocks of this type. Returns its origin, which is also the site's number.
  std::uint32_t Call(TypeId type, bool is_array = false, const std::string& place = "app.cc:1") {
    const std::uint32_t stack = trace_.AddStack({0x401000 + std::uint64_t{calls_}});
    types_.Allocates(stack, {type, is_array, BlockType::Source::kAllocatorFrame}, place);
    const std::uint32_t origin = trace_.AddOrigin(stack, 0);
    ++calls_;
    return origin;
  }

  /// By site.
  std::vector<SiteRetention> Retention(const std::vector<HeapSnapshot>& snapshots,
                                       const std::string& why_not = "") {
    std::vector<TracedOwner> owners(1);
    for (std::uint32_t origin = 0; origin < calls_; ++origin) {
      TracedSite site;
      site.origins = {origin};
      owners[0].sites.push_back(site);
    }
    FindRetention(trace_.trace(), snapshots, why_not, types_, &owners);
    std::vector<SiteRetention> retention;
    for (const TracedSite& site : owners[0].sites) retention.push_back(site.retention);
    return retention;
  }
  std::vector<SiteRetention> Retention(const HeapDrawing& drawing) {
    return Retention(std::vector<HeapSnapshot>{drawing.Done()});
  }

 private:
  FakeProgramTypes types_;
  TraceBuilder trace_;
  std::uint32_t calls_ = 0;
};

/// "app::g_app.sessions → Session ×3 → log: char[] ×2", with the place where no type is known.
inline std::string Drawn(const RetentionPath& path) {
  std::string text = path.holder.symbol;
  for (const PathStep& step : path.steps) {
    text += " → ";
    if (!step.through.empty()) text += step.through + ": ";
    text += step.type;
    if (!step.made_at.empty()) text += " from " + step.made_at;
    if (step.blocks != 1) text += " ×" + std::to_string(step.blocks);
  }
  return text;
}

/// "Session.peer → Session.peer →", the last of which refers to the first.
inline std::string Drawn(const OwnershipCycle& cycle) {
  std::string text;
  for (const OwnershipCycle::Step& step : cycle.steps) {
    text += step.type + (step.member.empty() ? "" : "." + step.member) + " → ";
  }
  return text;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_ANALYZE_HEAP_DRAWING_H_
