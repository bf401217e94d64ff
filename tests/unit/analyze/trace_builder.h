// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_ANALYZE_TRACE_BUILDER_H_
#define MEMPROF_TESTS_UNIT_ANALYZE_TRACE_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// Writes a full trace by hand, as ParseRecord() yields it. Each Add… returns the index of what it
/// added, for those that speak of it; stack 0 is there already and is the one not known.
class TraceBuilder {
 public:
  TraceBuilder() { trace_.stacks.emplace_back(); }

  /// Loaded at [begin, end) from `first_epoch` on.
  std::uint32_t AddModule(const std::string& path, std::uint64_t begin, std::uint64_t end,
                          std::uint64_t bias = 0, std::uint32_t first_epoch = 0,
                          const std::string& build_id = "") {
    trace_.modules.push_back({path, build_id, bias, begin, end, first_epoch, UINT32_MAX});
    return Last(trace_.modules);
  }
  void UnloadModule(std::uint32_t module, std::uint32_t last_epoch) {
    trace_.modules[module].last_epoch = last_epoch;
  }
  /// Return addresses, innermost first.
  std::uint32_t AddStack(std::vector<std::uint64_t> addresses, std::uint32_t epoch = 0,
                         std::uint32_t flags = 0) {
    trace_.stacks.push_back({epoch, flags, std::move(addresses)});
    return Last(trace_.stacks);
  }
  std::uint32_t AddWindow(record::WindowKind kind, std::uint32_t test = record::kNoTest,
                          std::uint32_t iteration = 0, const std::string& suite = "") {
    trace_.windows.push_back({kind, test, iteration, suite});
    return Last(trace_.windows);
  }
  std::uint32_t AddTestWindow(std::uint32_t test, std::uint32_t iteration) {
    return AddWindow(record::kWithinTest, test, iteration);
  }
  std::uint32_t AddOrigin(std::uint32_t stack, std::uint32_t window, std::uint32_t thread = 0) {
    const auto id = static_cast<std::uint32_t>(trace_.origins.size());
    trace_.origins.push_back({id, stack, window, thread});
    return id;
  }
  /// The origin's live blocks are others at the end of `iteration` than at the end of the last one.
  /// Zeros where all of them were freed.
  void SetSurvivors(std::uint32_t iteration, std::uint32_t origin, std::uint64_t blocks,
                    std::uint64_t bytes) {
    if (trace_.survivor_changes.size() <= iteration) trace_.survivor_changes.resize(iteration + 1);
    trace_.survivor_changes[iteration].push_back({origin, blocks, bytes});
  }
  void AddPeak(std::uint32_t test, std::uint32_t iteration, std::vector<RecordedAmount> amounts,
               std::uint64_t other_blocks = 0, std::uint64_t other_bytes = 0) {
    trace_.peaks.push_back({test, iteration, std::move(amounts), other_blocks, other_bytes});
  }
  /// The site of `stack`, for the caller to fill; until the next call.
  record::Site& AddSite(std::uint32_t stack) {
    record::Site site = {};
    site.stack = stack;
    trace_.sites.push_back(site);
    return trace_.sites.back();
  }
  /// A resource that is found kept at the end of `iteration`.
  void AddResource(record::ResourceKind kind, std::uint32_t iteration, std::uint32_t origin,
                   std::uint64_t id, const std::string& target = "", std::uint64_t bytes = 0) {
    trace_.resources.push_back({{kind, iteration, origin, 1, id, bytes}, target});
  }
  /// One that was kept and is gone at the end of `iteration`.
  void RemoveResource(record::ResourceKind kind, std::uint32_t iteration, std::uint32_t origin,
                      std::uint64_t id, const std::string& target = "", std::uint64_t bytes = 0) {
    trace_.resources.push_back({{kind, iteration, origin, 0, id, bytes}, target});
  }
  /// The state at the end of `iteration`, for the caller to fill; until the next call.
  record::TraceState& AddState(std::uint32_t iteration) {
    record::TraceState state = {};
    state.iteration = iteration;
    trace_.states.push_back(state);
    return trace_.states.back();
  }

  const RecordedTrace& trace() const { return trace_; }

  /// `record` (a RecordBuilder's) as the record of a process with this full trace.
  RecordFile In(RecordFile record) const {
    if (!record.process) {
      record.process.emplace();
      record.process->hello.heap_owner = record::kOwnerGlibc;
    }
    record.process->trace_mode = record::kFullTrace;
    record.trace = trace_;
    return record;
  }

 private:
  template <class T>
  static std::uint32_t Last(const std::vector<T>& values) {
    return static_cast<std::uint32_t>(values.size() - 1);
  }

  RecordedTrace trace_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_ANALYZE_TRACE_BUILDER_H_
