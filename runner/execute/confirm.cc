// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/confirm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "runner/diagnose/diagnose.h"
#include "runner/execute/binary_facts.h"
#include "runner/execute/files.h"
#include "runner/execute/parallel.h"
#include "runner/execute/plain_path.h"
#include "runner/execute/rerun.h"
#include "runner/parse/lsan_log.h"
#include "runner/parse/massif_file.h"
#include "runner/parse/track_fds.h"
#include "runner/plan/missing_tool.h"
#include "runner/report/quantity.h"
#include "runner/symbols/symbolizer.h"

namespace memprof {
namespace {

// LeakSanitizer runs the test twice; see CompareLostSites. The shorter has two iterations at least,
// because a stale stack slot hides the last. Losses of every third or fourth run need more.
struct LsanRuns {
  int shorter;
  int longer;
};
constexpr LsanRuns kRunsForGrowth = {2, 6};
constexpr LsanRuns kRunsForSeldomLosses = {4, 12};

// Massif's snapshots: the first two iterations fill statics and buffers, the rest must show growth.
constexpr int kMassifRuns = 8;
constexpr int kMassifWarmUp = 2;
constexpr int kMassifFewestRuns = 5;
constexpr double kMassifSlowdown = 40;  // between 20 and 60 on allocation-heavy tests
constexpr double kMassifBudgetSeconds = 60;

// Enough that what one run leaves open is told from what each does.
constexpr int kTrackFdsRuns = 6;

std::string EnvironmentValue(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// A clause for "not measured: …" that keeps the cure.
std::string WithHint(const Error& error) {
  std::string text = error.message;
  while (!text.empty() && text.back() == '.') text.pop_back();
  return error.hint.empty() ? text : text + " (" + error.hint + ")";
}

/// The tools on one suspect.
class Confirmation {
 public:
  Confirmation(const RunOptions& options, const ConfirmJob& job, const std::string& directory)
      : options_(options),
        name_(job.evidence->test.FullName()),
        native_seconds_(job.native_seconds),
        directory_(directory),
        tools_(ToolsFor(*job.evidence, options.thresholds)),
        repeatable_(job.evidence->triage.unrepeatable.empty()),
        safe_runs_(job.evidence->triage.safe_runs) {}

  void Run(ConfirmEvidence* evidence) {
    retry_ = false;
    evidence->wanted = {tools_.lsan && options_.Uses("lsan"),
                        tools_.massif && options_.Uses("massif"),
                        // Who leaves massif out does not want Valgrind.
                        tools_.track_fds && options_.Uses("massif")};
    if (!options_.Uses("lsan")) evidence->lost = LeftOut<std::vector<LostSite>>();
    if (!options_.Uses("massif")) evidence->growing = LeftOut<std::vector<GrowingSite>>();
    if (evidence->wanted.lsan && !evidence->lost) RunLsanTwice(evidence);
    if (evidence->wanted.massif && !evidence->growing) RunMassif(evidence);
    if (evidence->wanted.track_fds && !evidence->open_descriptors) RunTrackFds(evidence);
  }

  /// Whether the last Run() failed in a way that may be due to what ran beside it.
  bool retry() const { return retry_; }

 private:
  template <class T>
  static Measured<T> LeftOut() {
    return Measured<T>::Not("left out by --tools");
  }

  /// An absent tool stays absent.
  template <class T>
  Measured<T> NotMeasuredFor(const Error& error) {
    retry_ |= error.kind != ErrorKind::kNotFound;
    return Measured<T>::Not(error.message);
  }

  void RunLsanTwice(ConfirmEvidence* evidence) {
    const LsanRuns runs = tools_.massif ? kRunsForGrowth : kRunsForSeldomLosses;
    // A test that fails in its tenth run may be run nine times, once; a stale stack slot hides what
    // a single run loses.
    evidence->lsan_runs = repeatable_ ? runs.longer : std::clamp(safe_runs_, 1, runs.longer);
    Symbolizer symbolizer;
    Result<LsanLog> longer = RunLsan(evidence->lsan_runs, symbolizer);
    if (!longer) {
      evidence->lost = NotMeasuredFor<std::vector<LostSite>>(longer.error());
      return;
    }
    if (longer->leaks.empty() || !repeatable_) {
      evidence->lost = CompareLostSites({}, 0, *longer, evidence->lsan_runs);
      return;
    }
    Result<LsanLog> shorter = RunLsan(runs.shorter, symbolizer);
    if (!shorter) {
      evidence->lost = NotMeasuredFor<std::vector<LostSite>>(shorter.error());
      return;
    }
    evidence->lost = CompareLostSites(*shorter, runs.shorter, *longer, runs.longer);
  }

  /// The error's message is a clause: why LeakSanitizer says nothing.
  Result<LsanLog> RunLsan(int runs, Symbolizer& symbolizer) const {
    if (options_.lsan_binary.empty() && !options_.sanitizer.empty() &&
        !options_.SanitizerFindsLeaks()) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("the program is built with {}, whose runtime has no leak check",
                               options_.sanitizer),
                   ""};
    }
    const RunFiles files = FilesFor(directory_, fmt::format("lsan{}", runs), name_);
    const RunPlan plan = PlanLsan(options_, name_, runs, files, EnvironmentValue("LSAN_OPTIONS"),
                                  EnvironmentValue("LD_PRELOAD"));
    const Rerun rerun = RunPlanned(plan, files, files.tool_log + ".out",
                                   RerunTimeLimit(options_, native_seconds_, runs));
    auto failed = [](std::string why) { return Error{ErrorKind::kProcess, std::move(why), ""}; };
    const std::string incomplete = WhyIncomplete(rerun, runs);
    if (!rerun.record || !rerun.record->process) return failed(incomplete);
    const RecordedProcess& process = *rerun.record->process;
    if (!process.is_sanitizer()) {
      return LsanNotLoaded(options_.lsan_library);
    }
    if (!incomplete.empty()) return failed(incomplete);
    // The runtime appends the process id. Logs of child processes are not the test's.
    const std::string path = fmt::format("{}.{}", files.tool_log, process.hello.pid);
    Result<std::string> text = ReadFile(path);
    if (!rerun.record->leaks_found) {
      if (text) {
        Result<LsanLog> log = ParseLsanLog(text.value());
        if (!log) return failed(WithHint(log.error()));
      }
      return failed("the leak check did not come back: the process " + rerun.end->Text());
    }
    if (!*rerun.record->leaks_found) return LsanLog{};
    if (!text) return failed(text.error().message);
    Result<LsanLog> log = ParseLsanLog(text.value());
    if (log && log->leaks.empty()) {
      // Where the program has a runtime of its own, Clang's UndefinedBehaviorSanitizer, that one
      // takes the list for its standard error, and only the sum comes into the log.
      const Result<std::string> output = ReadFile(files.tool_log + ".out");
      if (output) log = ParseLsanLog(*output + "\n" + *text);
    }
    std::remove((files.tool_log + ".out").c_str());
    if (!log) return failed(log.error().message);
    if (log->leaks.empty()) return failed("it found leaks, and its list of them is in no log");
    if (!log->complete) return failed("its report is cut off");
    ResolveStacks(&log.value().leaks, symbolizer);
    return log;
  }

  void RunMassif(ConfirmEvidence* evidence) {
    Result<std::vector<MassifSnapshot>> snapshots = TakeSnapshots();
    if (!snapshots) {
      evidence->growing = NotMeasuredFor<std::vector<GrowingSite>>(snapshots.error());
      return;
    }
    evidence->massif_snapshots = static_cast<int>(snapshots->size());
    evidence->growing = FindGrowingSites(snapshots.value());
  }

  /// Valgrind cannot be where a sanitizer is: both replace malloc, and one finds the other's shadow
  /// of the memory taken.
  Error BuiltWithSanitizer() const {
    return Error{ErrorKind::kNotFound,
                 fmt::format("built with {}, which Valgrind cannot run", options_.sanitizer), ""};
  }

  Result<std::vector<MassifSnapshot>> TakeSnapshots() const {
    if (!options_.sanitizer.empty()) return BuiltWithSanitizer();
    const double affordable =
        kMassifBudgetSeconds / std::max(native_seconds_ * kMassifSlowdown, 1e-9);
    const int runs = static_cast<int>(std::clamp(affordable, static_cast<double>(kMassifFewestRuns),
                                                 static_cast<double>(kMassifRuns)));
    const RunFiles files = FilesFor(directory_, "massif", name_);
    const RunPlan plan = PlanMassif(options_, name_, runs, files);
    const Rerun rerun = RunPlanned(plan, files, files.tool_log + ".out",
                                   RerunTimeLimit(options_, native_seconds_ * 2, runs));
    auto failed = [](std::string why) { return Error{ErrorKind::kProcess, std::move(why), ""}; };
    if (!rerun.end) {
      return ValgrindNotInstalled(options_.valgrind);
    }
    const std::string incomplete = WhyIncomplete(rerun, runs);
    if (!incomplete.empty()) return failed(incomplete);
    std::vector<MassifSnapshot> snapshots;
    for (int i = 0; i < runs; ++i) {
      const std::string path = fmt::format("{}.{}", files.snapshots, i);
      Result<std::string> text = ReadFile(path);
      if (!text) {
        return failed(
            "it took no snapshot in the test's process; it does not follow a program that "
            "a script or another program starts");
      }
      Result<MassifFile> file = ParseMassifFile(text.value());
      if (!file) return failed(file.error().message);
      if (!file->complete || file->snapshots.empty()) return failed("its output is cut off");
      if (i >= kMassifWarmUp) snapshots.push_back(std::move(file->snapshots.back()));
      std::remove(path.c_str());
    }
    return snapshots;
  }

  void RunTrackFds(ConfirmEvidence* evidence) {
    Result<std::vector<OpenDescriptor>> open = ListOpenDescriptors();
    if (!open) {
      evidence->open_descriptors = NotMeasuredFor<std::vector<OpenDescriptor>>(open.error());
      return;
    }
    evidence->open_descriptors = std::move(open).value();
    evidence->track_fds_runs = kTrackFdsRuns;
  }

  Result<std::vector<OpenDescriptor>> ListOpenDescriptors() const {
    if (!options_.sanitizer.empty()) return BuiltWithSanitizer();
    const RunFiles files = FilesFor(directory_, "fds", name_);
    const RunPlan plan = PlanTrackFds(options_, name_, kTrackFdsRuns, files);
    const Rerun rerun = RunPlanned(plan, files, files.tool_log + ".out",
                                   RerunTimeLimit(options_, native_seconds_, kTrackFdsRuns));
    if (!rerun.end) {
      return ValgrindNotInstalled(options_.valgrind);
    }
    const std::string incomplete = WhyIncomplete(rerun, kTrackFdsRuns);
    if (!incomplete.empty()) return Error{ErrorKind::kProcess, incomplete, ""};
    Result<std::string> text = ReadFile(files.tool_log);
    if (!text) return text.error();
    return ParseTrackFds(text.value());
  }

  const RunOptions& options_;
  const std::string name_;
  const double native_seconds_;
  const std::string& directory_;
  const ToolsNeeded tools_;
  const bool repeatable_;
  const int safe_runs_;
  bool retry_ = false;
};

/// "lsan for 16 runs; massif: not measured: …"
std::string WhatRan(const ConfirmEvidence& evidence) {
  std::vector<std::string> parts;
  const auto add = [&](bool wanted, const char* tool, const auto& measured) {
    if (!wanted) return;
    parts.push_back(measured ? fmt::format("{} ran", tool)
                             : fmt::format("{}: not measured: {}", tool, measured.why_not()));
  };
  add(evidence.wanted.lsan, "lsan", evidence.lost);
  add(evidence.wanted.massif, "massif", evidence.growing);
  add(evidence.wanted.track_fds, "valgrind for descriptors", evidence.open_descriptors);
  return fmt::format("{}", fmt::join(parts, "; "));
}

/// The twin may be linked to memprof where the binary is not, and insists on its own sanitizer
/// coming first.
RunOptions WithTwinsPreload(const RunOptions& options, const std::string& directory) {
  RunOptions used = options;
  if (options.lsan_binary.empty() || options.preload.empty()) return used;
  const BinaryFacts facts = InspectBinary(options.lsan_binary, directory);
  if (!facts.links_plugin || facts.plugin_is_late)
    used.lsan_preload = PreloadList(facts, options.preload.back());
  return used;
}

}  // namespace

void RunConfirm(const RunOptions& options, const std::vector<ConfirmJob>& jobs,
                const std::string& directory, Progress* progress) {
  if (options.only != Only::kEverything) {
    for (const ConfirmJob& job : jobs) {
      const char* why = "left out by --only trace";
      job.evidence->confirm.lost = Measured<std::vector<LostSite>>::Not(why);
      job.evidence->confirm.growing = Measured<std::vector<GrowingSite>>::Not(why);
    }
    return;
  }
  std::vector<ConfirmJob> worth;
  for (const ConfirmJob& job : jobs) {
    if (ToolsFor(*job.evidence, options.thresholds).any()) worth.push_back(job);
  }
  if (worth.empty() || Interrupted()) return;
  const PlainPath plain(directory);
  std::vector<Confirmation> confirmations;
  const RunOptions used = WithTwinsPreload(options, plain.path());
  for (const ConfirmJob& job : worth) confirmations.emplace_back(used, job, plain.path());
  // A test may stand in for its suite and the program too: what was measured of it is measured.
  std::map<std::string, std::vector<std::size_t>> of_test;
  for (std::size_t i = 0; i < worth.size(); ++i) {
    of_test[worth[i].evidence->test.FullName()].push_back(i);
  }
  std::vector<const std::vector<std::size_t>*> groups;
  std::vector<std::string> names;  // each once, or the user reads of more tests than there are
  for (const auto& [name, group] : of_test) {
    groups.push_back(&group);
    names.push_back(name);
  }
  progress->Start("confirm", names);
  auto run = [&](std::size_t i) {
    if (Interrupted()) return;
    const std::string name = worth[i].evidence->test.FullName();
    progress->Begin(name);
    confirmations[i].Run(&worth[i].evidence->confirm);
    if (i == of_test.at(name).back()) progress->Advance(name);
    progress->Detail(name + ": " + WhatRan(worth[i].evidence->confirm));
  };
  ForEachInParallel(groups.size(), options.jobs, [&](std::size_t g) {
    const ConfirmEvidence* known = nullptr;
    for (const std::size_t i : *groups[g]) {
      ConfirmEvidence& evidence = worth[i].evidence->confirm;
      if (known != nullptr) evidence = *known;
      run(i);
      known = &evidence;
    }
  });
  if (options.jobs > 1 && groups.size() > 1) {
    for (std::size_t i = 0; i < worth.size(); ++i) {
      if (confirmations[i].retry()) run(i);
    }
  }
  progress->Finish(Interrupted()
                       ? "interrupted"
                       : fmt::format("the tools looked at {}",
                                     Counted(static_cast<std::int64_t>(groups.size()), "suspect")));
}

std::vector<std::string> ToolsThatMeasured(const std::vector<TestEvidence>& evidence) {
  ToolsNeeded ran;
  for (const TestEvidence& of : evidence) {
    ran.lsan |= of.confirm.wanted.lsan && of.confirm.lost;
    ran.massif |= of.confirm.wanted.massif && of.confirm.growing;
    ran.track_fds |= of.confirm.wanted.track_fds && of.confirm.open_descriptors;
  }
  std::vector<std::string> names;
  if (ran.lsan) names.push_back("lsan");
  if (ran.massif) names.push_back("massif");
  if (ran.track_fds) names.push_back("valgrind-fds");
  return names;
}

}  // namespace memprof
