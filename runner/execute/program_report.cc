// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/program_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/analyze/function_name.h"
#include "runner/analyze/trace_owners.h"
#include "runner/analyze/user_frame.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/merge.h"
#include "runner/diagnose/program_findings.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/execute/named_stacks.h"
#include "runner/execute/peak_sites.h"
#include "runner/execute/source_excerpts.h"
#include "runner/execute/source_reader.h"
#include "runner/execute/source_root.h"
#include "runner/execute/trace_reader.h"
#include "runner/execute/triaged.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"

namespace memprof {
namespace {

constexpr std::size_t kLinesTold = 5;
/// As of the stage that looks for waste in tests: what lies beyond is far below any threshold.
constexpr std::size_t kMostWasteStacks = 500;
/// Some are enough to tell where the program's sources lie.
constexpr std::size_t kMostRootSamples = 200;

using Key = std::tuple<std::string, int, std::string>;

/// The line of a stack that a reader wants: the innermost of the user's, else the innermost with a
/// name.
LineAmount LineOf(const std::vector<std::uint32_t>& stack, const Profile& profile) {
  const Frame* named = nullptr;
  for (const std::uint32_t index : stack) {
    const Frame& frame = profile.frames[index];
    if (!frame.file.empty() && !frame.file.starts_with('/')) {
      return {frame.file, frame.line, ShortFunctionName(frame.function), 0, 0};
    }
    if (named == nullptr && !frame.function.empty()) named = &frame;
  }
  if (named == nullptr) return {};
  return {named->file, named->line, ShortFunctionName(named->function), 0, 0};
}

/// Whether the tracker made it for itself, or the C library and the loader for it.
bool IsOfTracker(const std::vector<std::uint32_t>& stack, const Profile& profile) {
  for (const std::uint32_t index : stack) {
    const Frame& frame = profile.frames[index];
    if (frame.module.find("libmemprof.so") != std::string::npos) return true;
    const std::string_view file =
        std::string_view(frame.module).substr(frame.module.rfind('/') + 1);
    if (!file.starts_with("libc.so") && !file.starts_with("ld-linux")) return false;
  }
  return false;
}

/// Amounts by line, most bytes first.
class LineAmounts {
 public:
  explicit LineAmounts(const Profile& profile) : profile_(profile) {}

  void Add(const std::vector<std::uint32_t>& stack, std::uint64_t bytes, std::uint64_t count) {
    if (bytes == 0 && count == 0) return;
    if (!IsOfTracker(stack, profile_)) AddTo(LineOf(stack, profile_), bytes, count);
  }

  /// Of calls that have no line of their own.
  void AddRest(std::uint64_t bytes, std::uint64_t count) {
    if (bytes > 0) AddTo(LineAmount(), bytes, count);
  }

  std::vector<LineAmount> Largest() const {
    std::vector<LineAmount> largest;
    for (const auto& [key, line] : lines_) largest.push_back(line);
    std::stable_sort(largest.begin(), largest.end(),
                     [](const LineAmount& a, const LineAmount& b) { return a.bytes > b.bytes; });
    if (largest.size() > kLinesTold) largest.resize(kLinesTold);
    return largest;
  }

 private:
  void AddTo(LineAmount line, std::uint64_t bytes, std::uint64_t count) {
    LineAmount& known =
        lines_.try_emplace(Key(line.file, line.line, line.function), line).first->second;
    known.bytes += static_cast<std::int64_t>(bytes);
    known.count += static_cast<std::int64_t>(count);
  }

  const Profile& profile_;
  std::map<Key, LineAmount> lines_;
};

class ProgramReporter {
 public:
  ProgramReporter(const MeasuredProgram& program, const RunOptions& options)
      : program_(program), record_(program.record), options_(options) {}

  Report Make() {
    report_.tool_version = MEMPROF_VERSION;
    report_.binary = options_.command[0];
    ProcessUse& use = report_.process.emplace();
    for (const std::string& word : options_.command) {
      use.command += (use.command.empty() ? "" : " ") + ShellWord(word);
    }
    use.pid = program_.pid;
    use.end = program_.end;
    use.wall_ns = program_.wall_ns;
    use.paused_ns = program_.paused_ns;
    AddTotals(&use);
    AddGaps();
    const std::string untraced = WhyUntraced(record_);
    if (!untraced.empty()) {
      AddGap("exec", untraced + ", so what it held is not known");
    } else {
      AddTrace(&use);
    }
    Summarize(&report_);
    return std::move(report_);
  }

 private:
  void AddGap(const char* tool, std::string why) {
    report_.not_measured.push_back({tool, "", std::move(why)});
  }

  void AddTotals(ProcessUse* use) {
    if (record_.iterations.empty() || !record_.iterations.back().finished) return;
    const RecordedIteration& whole = record_.iterations.back();
    if ((whole.window.measured & record::kHeapMeasured) != 0) {
      use->peak_bytes = whole.window.peak_bytes;
      use->allocations = static_cast<std::int64_t>(whole.window.allocations);
      use->allocated_bytes = static_cast<std::int64_t>(whole.window.allocated_bytes);
      report_.peak_error_bytes =
          whole.totals.counted_threads > 1 ? whole.totals.counted_threads * record::kPeakStep : 0;
    }
    if ((whole.totals.measured & record::kHeapMeasured) != 0) {
      use->live_bytes = whole.totals.live_bytes;
      use->live_blocks = whole.totals.live_blocks;
    }
  }

  void AddGaps() {
    if (record_.process && !record_.process->heap_counted()) {
      AddGap("heap",
             fmt::format("{} answers malloc in this process, so bytes and blocks are not counted",
                         record_.process->heap_owner_name));
    }
    if (!record_.damage.empty()) AddGap("exec", "the record is incomplete: " + record_.damage);
    if (record_.lost_records > 0) {
      AddGap("exec",
             fmt::format("{} could not be written: the disk may be full",
                         Counted(static_cast<std::int64_t>(record_.lost_records), "record")));
    }
  }

  /// Files of the program's own module, of what is alive and what allocates most.
  std::vector<std::string> OwnFiles(NamedStacks* names) const {
    std::set<std::string> files;
    const RecordedTrace& trace = *record_.trace;
    const std::size_t step = trace.stacks.size() / kMostRootSamples + 1;
    for (std::size_t stack = 1; stack < trace.stacks.size(); stack += step) {
      for (const Frame& frame : names->Of(static_cast<std::uint32_t>(stack))) {
        const bool is_own = frame.module == record_.process->executable;
        const bool is_source = frame.file.starts_with('/') && !IsBelow(frame.file, "/usr/include");
        if (is_own && is_source) files.insert(frame.file);
      }
    }
    return {files.begin(), files.end()};
  }

  void AddTrace(ProcessUse* use) {
    NamedStacks names(record_, SourcePaths(options_.path_map, "", record_.process->executable));
    const std::string source_root = FindSourceRoot(options_, OwnFiles(&names));
    SingleRun run;
    Profile profile;
    std::vector<TracedOwner> owners = ReadTracedOwners(record_, program_.record_path, options_,
                                                       source_root, &run.unnamed_modules, &profile);
    for (TracedOwner& owner : owners) {
      if (owner.scope == Scope::kProgram) run.owner = std::move(owner);
    }
    AddLines(profile, use);
    AddHandles(run.owner.resources, source_root, use);
    report_.profiles.push_back(std::move(profile));
    if (!record_.trace->states.empty()) {
      run.untracked_blocks =
          static_cast<std::int64_t>(record_.trace->states.back().untracked_blocks);
      use->live_bytes = static_cast<std::int64_t>(record_.trace->states.back().live_bytes);
      use->live_blocks = static_cast<std::int64_t>(record_.trace->states.back().live_blocks);
      // The peak is exact within what peak_error_bytes says.
      if (use->peak_bytes) use->peak_bytes = std::max(*use->peak_bytes, *use->live_bytes);
    }
    run.ended = record_.ending && record_.ending->kind != record::kStillRuns;
    // What runs on is at its work: of a moment of it nothing is wasted.
    if (options_.waste && run.ended) AddWaste(&names, &run.waste);
    Diagnosis diagnosis =
        DiagnoseProgram(run, ContextFor(options_, source_root), options_.thresholds);
    report_.findings = GroupFindings(std::move(diagnosis.findings));
    for (NotMeasured& gap : diagnosis.not_measured) {
      report_.not_measured.push_back(std::move(gap));
    }
    AdviseFromDisk(source_root, &report_);
    ReadSourceExcerpts(source_root, &report_);
  }

  static void AddLines(const Profile& profile, ProcessUse* use) {
    LineAmounts alive(profile), allocated(profile), at_peak(profile);
    for (const ProfileSite& site : profile.sites) {
      alive.Add(site.stack, site.figures.kept_bytes, site.figures.kept_blocks);
      allocated.Add(site.stack, site.figures.allocated_bytes, site.figures.allocations);
    }
    for (const PeakProfile& peak : profile.peaks) {
      for (const PeakShare& share : peak.shares) {
        at_peak.Add(share.stack, share.bytes, share.blocks);
      }
      at_peak.AddRest(peak.other_bytes, peak.other_blocks);
    }
    alive.AddRest(profile.other.kept_bytes, profile.other.kept_blocks);
    allocated.AddRest(profile.other.allocated_bytes, profile.other.allocations);
    use->alive = alive.Largest();
    use->allocated = allocated.Largest();
    use->at_peak = at_peak.Largest();
  }

  static void AddHandles(const std::vector<TracedResource>& resources,
                         const std::string& source_root, ProcessUse* use) {
    for (const TracedResource& resource : resources) {
      if (resource.values.empty() || resource.values.back() <= 0) continue;
      KeptHandles kept;
      kept.targets = resource.targets;
      if (resource.quantity == Quantity::kMappedBytes) {
        kept.kind = "mapping";
        kept.bytes = resource.values.back();
      } else {
        kept.kind = resource.quantity == Quantity::kThreads ? "thread" : "descriptor";
        kept.count = resource.values.back();
      }
      const Stack reported = ReportedStack(resource.stack, source_root);
      if (const Frame* user = UserFrame(reported, DiagnoseContext())) {
        kept.at = {user->file, user->line, user->function, 0, 0};
      } else if (!reported.empty()) {
        kept.at.function = reported.front().function;
      }
      Add(std::move(kept), &use->handles);
    }
  }

  /// Those of one line together, by whatever way it was reached.
  static void Add(KeptHandles kept, std::vector<KeptHandles>* handles) {
    const auto known = std::find_if(
        handles->begin(), handles->end(),
        [&kept](const KeptHandles& of) { return of.kind == kept.kind && of.at == kept.at; });
    if (known == handles->end()) {
      handles->push_back(std::move(kept));
      return;
    }
    known->count += kept.count;
    known->bytes += kept.bytes;
    for (std::string& target : kept.targets) {
      auto& targets = known->targets;
      if (std::find(targets.begin(), targets.end(), target) == targets.end()) {
        targets.push_back(std::move(target));
      }
    }
  }

  void AddWaste(NamedStacks* names, WasteEvidence* waste) const {
    const record::Window& window = record_.iterations.back().window;
    waste->allocations = window.allocations;
    waste->allocated_bytes = window.allocated_bytes;
    waste->peak_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(window.peak_bytes, 0));
    std::vector<const record::Site*> sites;
    for (const record::Site& site : record_.trace->sites) {
      if (site.stack != record::kNoStack) sites.push_back(&site);
    }
    std::set<const record::Site*> chosen;
    for (std::uint64_t record::Site::*amount : {&record::Site::bytes, &record::Site::allocations}) {
      std::sort(sites.begin(), sites.end(), [&](const record::Site* a, const record::Site* b) {
        return std::pair(b->*amount, a->stack) < std::pair(a->*amount, b->stack);
      });
      chosen.insert(sites.begin(), sites.begin() + static_cast<std::ptrdiff_t>(
                                                       std::min(sites.size(), kMostWasteStacks)));
    }
    for (const record::Site* site : sites) {
      if (chosen.contains(site)) waste->sites.push_back({names->Of(site->stack), *site});
    }
    std::stable_sort(
        waste->sites.begin(), waste->sites.end(),
        [](const WasteSite& a, const WasteSite& b) { return a.counts.bytes > b.counts.bytes; });
    if (record_.trace->peaks.empty()) return;
    waste->peak = PeakSites(*record_.trace, record_.trace->peaks.back(), names);
  }

  const MeasuredProgram& program_;
  const RecordFile& record_;
  const RunOptions& options_;
  Report report_;
};

}  // namespace

Report ReportOfProgram(const MeasuredProgram& program, const RunOptions& options) {
  return ProgramReporter(program, options).Make();
}

}  // namespace memprof
