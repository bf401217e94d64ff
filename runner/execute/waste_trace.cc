// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/waste_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/trace_owners.h"
#include "runner/analyze/trace_profile.h"
#include "runner/analyze/user_code.h"
#include "runner/diagnose/profiled_stack.h"
#include "runner/execute/named_stacks.h"
#include "runner/execute/peak_duplicates.h"
#include "runner/execute/peak_sites.h"
#include "runner/execute/rerun.h"
#include "runner/execute/source_paths.h"
#include "runner/plan/rerun_plan.h"

namespace memprof {
namespace {

/// Stacks named of one run: those with most bytes, and as many with most calls, each with a
/// thousandth of all. What lies beyond is far below any threshold, and names are what takes time.
constexpr std::size_t kMostStacks = 500;
constexpr std::uint64_t kPartsThatCount = 1000;

Error Failed(std::string why) { return Error{ErrorKind::kProcess, std::move(why), ""}; }

/// The last run of the test; null when it did not pass in all of them.
const RecordedRun* LastPassed(const RecordFile& record) {
  for (const RecordedRun& run : record.runs) {
    if (!run.finished || run.outcome != record::kOutcomePassed) return nullptr;
  }
  return record.runs.empty() ? nullptr : &record.runs.back();
}

class Tracing {
 public:
  Tracing(const RunOptions& options, const WasteJob& job, const std::string& source_root,
          const std::string& directory)
      : options_(options),
        job_(job),
        source_root_(source_root),
        directory_(directory),
        name_(job.test.FullName()) {}

  Result<TracedWaste> Run() {
    Result<RecordFile> record = Trace(1);
    if (!record) return record.error();
    TracedWaste traced;
    WasteEvidence& evidence = traced.evidence;
    evidence.test = job_.test;
    const record::Window& window = LastPassed(*record)->window;
    evidence.allocations = window.allocations;
    evidence.allocated_bytes = window.allocated_bytes;
    evidence.peak_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(window.peak_bytes, 0));
    NamedStacks names(*record, PathsOf(*record));
    AddSites(*record, &names, &evidence);
    traced.framework = LearnFramework(names.All());
    UserCode::Places places;
    places.source_root = source_root_;
    places.executable = record->process->executable;
    places.framework = traced.framework;
    const UserCode user_code(std::move(places));
    auto profiled_by = [&](NamedStacks* by) {
      return [&user_code, this, by](std::uint32_t stack) {
        return ProfiledStack(by->Of(stack), user_code, source_root_);
      };
    };
    traced.profile = TraceProfile(*record, profiled_by(&names), names.Types());
    const bool may_hold_duplicates = MayHoldDuplicates(evidence);
    if (job_.needs_peak || may_hold_duplicates) {
      const Result<RecordFile> twice = Trace(2);
      if (twice && job_.needs_peak) {
        NamedStacks of_peak(*twice, PathsOf(*twice));
        AddPeak(*twice, &of_peak, &evidence);
        TakePeaks(*twice, profiled_by(&of_peak), &traced.profile, of_peak.Types());
      }
      if (twice && may_hold_duplicates) {
        NamedStacks of_both(*twice, PathsOf(*twice));
        AddDuplicates(
            *twice, FilesFor(directory_, "waste2", name_).record,
            [&](std::uint32_t stack) { return of_both.Of(stack); }, &evidence);
      }
      if (!twice) {
        evidence.duplicates = Measured<std::vector<DuplicateGroup>>::Not(twice.error().message);
      }
    }
    return traced;
  }

 private:
  /// A whole record in which the test passed in each run.
  Result<RecordFile> Trace(int runs) const {
    const RunFiles files = FilesFor(directory_, fmt::format("waste{}", runs), name_);
    const RunPlan plan = PlanTrace(options_, name_, runs, files);
    Rerun rerun = RunPlanned(plan, files, files.tool_log,
                             RerunTimeLimit(options_, job_.native_seconds, runs));
    std::remove(files.record.c_str());
    if (std::string why = WhyIncomplete(rerun, runs); !why.empty()) return Failed(std::move(why));
    if (LastPassed(*rerun.record) == nullptr) {
      return Failed("did not pass when it ran alone, and passed among the other tests");
    }
    if (std::string why = WhyUntraced(*rerun.record); !why.empty()) return Failed(std::move(why));
    return std::move(*rerun.record);
  }

  /// Whether what is alive at once is enough to have contents twice that are worth telling.
  bool MayHoldDuplicates(const WasteEvidence& evidence) const {
    const WasteRule& rule = options_.thresholds.waste;
    return static_cast<double>(evidence.peak_bytes) >=
           std::max(static_cast<double>(rule.bytes),
                    rule.share * static_cast<double>(evidence.allocated_bytes));
  }

  static void AddSites(const RecordFile& record, NamedStacks* names, WasteEvidence* evidence) {
    std::vector<const record::Site*> sites;
    for (const record::Site& site : record.trace->sites) {
      if (site.stack != record::kNoStack) sites.push_back(&site);
    }
    std::set<const record::Site*> chosen;
    auto choose = [&](std::uint64_t record::Site::*amount) {
      const std::size_t most = std::min(sites.size(), kMostStacks);
      std::partial_sort(sites.begin(), sites.begin() + static_cast<std::ptrdiff_t>(most),
                        sites.end(), [&](const record::Site* a, const record::Site* b) {
                          return std::pair(a->*amount, b->stack) > std::pair(b->*amount, a->stack);
                        });
      std::uint64_t all = 0;
      for (const record::Site* site : sites) all += site->*amount;
      for (std::size_t i = 0; i < most; ++i) {
        if (sites[i]->*amount * kPartsThatCount >= all) chosen.insert(sites[i]);
      }
    };
    choose(&record::Site::bytes);
    choose(&record::Site::allocations);
    for (const record::Site* site : chosen) {
      const Stack& stack = names->Of(site->stack);
      if (ScopeOfStack(stack) == Scope::kTest) evidence->sites.push_back({stack, *site});
    }
    std::stable_sort(evidence->sites.begin(), evidence->sites.end(),
                     [](const WasteSite& a, const WasteSite& b) {
                       return std::pair(a.counts.bytes, b.counts.stack) >
                              std::pair(b.counts.bytes, a.counts.stack);
                     });
  }

  void AddPeak(const RecordFile& record, NamedStacks* names, WasteEvidence* evidence) const {
    const RecordedTrace& trace = *record.trace;
    for (const RecordedPeak& peak : trace.peaks) {
      if (peak.test == record::kNoTest || record.tests[peak.test].FullName() != name_) continue;
      evidence->peak = PeakSites(trace, peak, names);
    }
  }

  SourcePaths PathsOf(const RecordFile& record) const {
    return {options_.path_map, source_root_, record.process->executable};
  }

  const RunOptions& options_;
  const WasteJob& job_;
  const std::string& source_root_;
  const std::string& directory_;
  const std::string name_;
};

}  // namespace

Result<TracedWaste> TraceWaste(const RunOptions& options, const WasteJob& job,
                               const std::string& source_root, const std::string& directory) {
  return Tracing(options, job, source_root, directory).Run();
}

}  // namespace memprof
