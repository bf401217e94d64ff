// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What it costs to find out who holds the blocks of a heap: time, and memory at its peak beside the
// snapshots. By hand; it judges nothing. `bench_retention [BLOCKS [SNAPSHOTS]]`.

#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "runner/analyze/retention.h"
#include "tests/unit/analyze/fake_program_types.h"
#include "tests/unit/analyze/trace_builder.h"

namespace memprof::bench {
namespace {

constexpr std::uint64_t kData = 0x600000;
constexpr std::uint32_t kMaps = 200;
constexpr std::uint32_t kCalls = 1000;    ///< that make each kind of block
constexpr std::uint32_t kBlocksEach = 4;  ///< of an entry: node, session, log, closure

/// `std::map<int, std::shared_ptr<Session>> maps[200]`, where each session has a log and a closure
/// that captures the session. Of one session in ten the map has no pointer any more.
class Program {
 public:
  Program() {
    const TypeId character = types.Number("char", 1);
    const TypeId session = types.Class("app::Session", 48);
    const TypeId shared = types.SharedPtr(session);
    types.SetMembers(session, {{"log", types.Pointer(character), 0},
                               {"on_close", types.Function(), 8},
                               {"id", types.Number("long", 8), 40}});
    const TypeId closure =
        types.Class("app::Open()::lambda at app.cc:7", 16, {{"__self", shared, 0}});
    const TypeId key = types.Number("long", 8);
    const TypeId made[kBlocksEach] = {types.TreeNode(types.Pair(key, shared)),
                                      types.SharedObject(session), character, closure};
    const TypeId map = types.Map(key, shared);
    for (std::uint32_t i = 0; i < kMaps; ++i) {
      types.Global(kData + 64 * i, "app::map_" + std::to_string(i), map);
    }
    trace.AddModule("/build/app_test", 0x400000, 0x700000);
    for (std::uint32_t call = 0; call < kCalls * kBlocksEach; ++call) {
      const std::uint32_t stack = trace.AddStack({0x401000 + std::uint64_t{call}});
      const bool is_array = call % kBlocksEach == 2;
      types.Allocates(stack, {made[call % kBlocksEach], is_array}, "app.cc:1");
      trace.AddOrigin(stack, 0);
    }
  }

  HeapSnapshot Snapshot(std::uint32_t blocks) const {
    constexpr std::uint64_t kBytes[kBlocksEach] = {56, 64, 40, 16};
    HeapSnapshot snapshot;
    const std::uint32_t entries = blocks / kBlocksEach / kMaps;
    for (std::uint32_t entry = 0; entry < entries * kMaps; ++entry) {
      const std::uint32_t node = entry * kBlocksEach;
      for (std::uint32_t i = 0; i < kBlocksEach; ++i) {
        const std::uint32_t origin = entry % kCalls * kBlocksEach + i;
        snapshot.blocks.push_back(
            {0x10000000 + std::uint64_t{node + i} * 64, kBytes[i], origin, 0});
      }
      const std::uint32_t at = entry % entries;  // in its map, as in a heap of two children each
      const auto node_at = [&](std::uint32_t other) { return (entry - at + other) * kBlocksEach; };
      const auto point = [&](std::uint32_t from, std::uint32_t offset, std::uint32_t to,
                             std::uint32_t to_offset) {
        snapshot.edges.push_back({from, to, offset, to_offset});
      };
      if (at > 0) point(node, 8, node_at((at - 1) / 2), 0);
      if (2 * at + 1 < entries) point(node, 16, node_at(2 * at + 1), 0);
      if (2 * at + 2 < entries) point(node, 24, node_at(2 * at + 2), 0);
      if (entry % 10 != 0) point(node, 40, node + 1, 16);
      if (entry % 10 != 0) point(node, 48, node + 1, 0);
      point(node + 1, 16, node + 2, 0);
      point(node + 1, 24, node + 3, 0);
      point(node + 3, 0, node + 1, 16);
      point(node + 3, 8, node + 1, 0);
      if (at > 0) continue;
      snapshot.roots.push_back(
          {kData + 64 * (entry / entries) + 16, node, 0, record::kRootData, 0, 0, 0});
    }
    return snapshot;
  }

  std::vector<TracedOwner> Owners() const {
    std::vector<TracedOwner> owners(kCalls);
    for (std::uint32_t call = 0; call < kCalls * kBlocksEach; ++call) {
      TracedSite site;
      site.origins = {call};
      owners[call / kBlocksEach].sites.push_back(site);
    }
    return owners;
  }

  FakeProgramTypes types;
  TraceBuilder trace;
};

double StatusMiB(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::strtod(line.c_str() + key.size(), nullptr) / 1024;
  }
  return 0;
}

void Run(std::uint32_t blocks, std::size_t count) {
  Program program;
  const std::vector<HeapSnapshot> snapshots(count, program.Snapshot(blocks));
  std::vector<TracedOwner> owners = program.Owners();
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5\n";  // the peak begins anew
  const double before = StatusMiB("VmRSS:");
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t processor_start = std::clock();
  FindRetention(program.trace.trace(), snapshots, "", program.types, &owners);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const double processor = static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  const SiteRetention& log = owners[1].sites[2].retention;
  fmt::print(
      "{} snapshots of {} blocks, {} edges ({:.0f} MiB): {:.2f} s, of the processor {:.2f}, {:.0f} "
      "MiB at the peak\n",
      count, snapshots[0].blocks.size(), snapshots[0].edges.size(), before, taken.count(),
      processor, StatusMiB("VmHWM:") - before);
  fmt::print("of one call: {} blocks, {} lost, {} paths, {}\n", log.blocks, log.lost_blocks,
             log.paths.size() + static_cast<std::size_t>(log.other_paths),
             log.cycle ? log.cycle->weaken : "no cycle");
}

}  // namespace
}  // namespace memprof::bench

int main(int argc, char** argv) {
  const auto number = [&](int at, unsigned long otherwise) {
    return argc > at ? std::strtoul(argv[at], nullptr, 10) : otherwise;
  };
  memprof::bench::Run(static_cast<std::uint32_t>(number(1, 2'000'000)), number(2, 1));
  return 0;
}
