// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_NAMED_STACKS_H_
#define MEMPROF_RUNNER_EXECUTE_NAMED_STACKS_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "runner/execute/profile_types.h"
#include "runner/execute/source_paths.h"
#include "runner/parse/record_file.h"
#include "runner/symbols/trace_symbols.h"

namespace memprof {

/// The stacks of a trace by name, each resolved once: names are costly. `record` must have a trace
/// and outlive it.
class NamedStacks {
 public:
  NamedStacks(const RecordFile& record, SourcePaths paths)
      : record_(record),
        trace_(*record.trace),
        paths_(std::move(paths)),
        symbols_(trace_.modules, record.process->directory) {}

  const Stack& Of(std::uint32_t stack) {
    const auto [known, is_new] = stacks_.try_emplace(stack);
    if (is_new) {
      known->second = symbols_.Resolve(trace_.stacks[stack]);
      for (Frame& frame : known->second) frame.file = paths_.Find(frame.file);
    }
    return known->second;
  }

  /// Those that were resolved.
  std::vector<Stack> All() const {
    std::vector<Stack> all;
    for (const auto& [number, stack] : stacks_) all.push_back(stack);
    return all;
  }

  /// What the blocks of each hold; of use as long as this is.
  ProfileTypes Types() const { return TypesByStacks(record_, paths_); }

 private:
  const RecordFile& record_;
  const RecordedTrace& trace_;
  const SourcePaths paths_;
  TraceSymbols symbols_;
  std::map<std::uint32_t, Stack> stacks_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_NAMED_STACKS_H_
