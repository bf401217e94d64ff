// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/trace_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "runner/analyze/allocated_type.h"
#include "runner/analyze/framework_place.h"
#include "runner/analyze/retention.h"
#include "runner/analyze/trace_owners.h"
#include "runner/analyze/trace_profile.h"
#include "runner/analyze/user_code.h"
#include "runner/diagnose/profiled_stack.h"
#include "runner/execute/profile_types.h"
#include "runner/execute/snapshot_files.h"
#include "runner/execute/source_paths.h"
#include "runner/symbols/program_symbols.h"
#include "runner/symbols/trace_symbols.h"

namespace memprof {
namespace {

/// Resolved at once, to learn where GoogleTest lies: 4 KB each, and any dozen would do.
constexpr std::size_t kMostSamples = 2000;

class StackNames {
 public:
  StackNames(const RecordFile& record, const SourcePaths& paths)
      : trace_(*record.trace), paths_(paths), symbols_(trace_.modules, record.process->directory) {}

  Stack Resolve(std::uint32_t stack) {
    Stack resolved = symbols_.Resolve(trace_.stacks[stack]);
    for (Frame& frame : resolved) frame.file = paths_.Find(frame.file);
    return resolved;
  }

  const std::vector<std::string>& Gaps() const { return symbols_.Gaps(); }

  /// Of what was alive at the end of an iteration, spread over all of it.
  std::vector<Stack> Samples() {
    std::vector<bool> survives(trace_.stacks.size());
    for (const std::vector<RecordedAmount>& changes : trace_.survivor_changes) {
      for (const RecordedAmount& amount : changes) {
        if (amount.blocks > 0) survives[trace_.origins[amount.origin].stack] = true;
      }
    }
    survives[record::kNoStack] = false;
    const auto count = static_cast<std::size_t>(std::count(survives.begin(), survives.end(), true));
    const std::size_t step = count / kMostSamples + 1;
    std::vector<Stack> samples;
    std::size_t seen = 0;
    for (std::uint32_t stack = 0; stack < survives.size(); ++stack) {
      if (survives[stack] && seen++ % step == 0) samples.push_back(Resolve(stack));
    }
    return samples;
  }

 private:
  const RecordedTrace& trace_;
  const SourcePaths& paths_;
  TraceSymbols symbols_;
};

bool HasSites(const std::vector<TracedOwner>& owners) {
  return std::any_of(owners.begin(), owners.end(),
                     [](const TracedOwner& owner) { return !owner.sites.empty(); });
}

}  // namespace

std::vector<TracedOwner> ReadTracedOwners(const RecordFile& record, const std::string& record_path,
                                          const RunOptions& options, const std::string& source_root,
                                          std::vector<std::string>* unnamed_modules,
                                          Profile* profile) {
  const SourcePaths paths(options.path_map, source_root, record.process->executable);
  StackNames names(record, paths);
  UserCode::Places places;
  places.source_root = source_root;
  places.executable = record.process->executable;
  places.framework = LearnFramework(names.Samples());
  const UserCode user_code(std::move(places));
  std::vector<TracedOwner> owners = BuildTracedOwners(
      record,
      {[&](std::uint32_t stack) { return names.Resolve(stack); },
       [&](std::uint32_t stack) { return user_code.IsFrameworkOwn(names.Resolve(stack)); }});
  *unnamed_modules = names.Gaps();
  const bool has_sites = HasSites(owners);
  const ReadSnapshots read = has_sites ? ReadSnapshotFiles(record, record_path) : ReadSnapshots();
  const HeapSnapshot* const last = read.snapshots.empty() ? nullptr : &read.snapshots.back();
  ProgramSymbols symbols(*record.trace, last != nullptr ? last->module_epoch : 0,
                         SymbolOptions(record, paths));
  if (profile != nullptr) {
    AllocatedTypes types(*record.trace, last, symbols);
    *profile = TraceProfile(
        record,
        [&](std::uint32_t stack) {
          return ProfiledStack(names.Resolve(stack), user_code, source_root);
        },
        [&](std::uint32_t stack) { return types.Of(stack); });
  }
  if (has_sites) FindRetention(*record.trace, read.snapshots, read.why_not, symbols, &owners);
  return owners;
}

}  // namespace memprof
