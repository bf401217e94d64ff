// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/dhat_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "runner/execute/files.h"
#include "runner/execute/plain_path.h"
#include "runner/execute/process.h"
#include "runner/execute/rerun.h"
#include "runner/plan/missing_tool.h"
#include "runner/plan/rerun_plan.h"

namespace memprof {
namespace {

constexpr int kRuns = 1;
constexpr double kSlowdown = 3;  // beside other tools, whose limit RerunTimeLimit is made for

/// Why Valgrind itself gave up: it says so on the standard error, and there alone.
std::string WhyRefused(const std::string& output) {
  if (output.find("nknown option: --mode") != std::string::npos ||
      output.find("Bad option: --mode") != std::string::npos) {
    return "this Valgrind's DHAT has no --mode; it came with Valgrind 3.17";
  }
  if (output.find("failed to start tool") != std::string::npos) {
    return "this Valgrind has no DHAT; it came with Valgrind 3.15";
  }
  return "";
}

Measured<DhatFile> RunMode(const RunOptions& options, const std::string& directory,
                           double native_seconds, const std::string& mode,
                           const std::string& name) {
  using Outcome = Measured<DhatFile>;
  if (Interrupted()) return Outcome::Not("interrupted");
  // Whoever leaves massif out does not want Valgrind.
  if (!options.Uses("massif")) return Outcome::Not("left out by --tools");
  if (!options.sanitizer.empty()) {
    return Outcome::Not(fmt::format("built with {}, which Valgrind cannot run", options.sanitizer));
  }
  const RunFiles files = FilesFor(directory, "dhat-" + mode, name);
  const std::string output = files.tool_log + ".out";
  const std::string counts = files.tool_log + ".json";
  std::remove(counts.c_str());
  const RunPlan plan = PlanDhat(options, name, kRuns, mode, files, counts);
  const Rerun rerun =
      RunPlanned(plan, files, output, RerunTimeLimit(options, native_seconds * kSlowdown, kRuns));
  if (!rerun.end) {
    return Outcome::Not(ValgrindNotInstalled(options.valgrind).message);
  }
  if (!rerun.record) {
    if (const Result<std::string> text = ReadFile(output)) {
      const std::string refused = WhyRefused(*text);
      if (!refused.empty()) return Outcome::Not(refused);
    }
  }
  const std::string incomplete = WhyIncomplete(rerun, kRuns);
  if (!incomplete.empty()) return Outcome::Not(incomplete);
  const Result<std::string> text = ReadFile(counts);
  if (!text) {
    return Outcome::Not(
        "DHAT wrote nothing for the test's process; it does not follow a program that a script or "
        "another program starts");
  }
  Result<DhatFile> file = ParseDhat(*text);
  std::remove(counts.c_str());
  if (!file) {
    std::string why = file.error().message;
    while (!why.empty() && why.back() == '.') why.pop_back();
    return Outcome::Not(why);
  }
  if (!MarkOfTest(&file.value())) {
    return Outcome::Not(
        "none of its stacks leads through GoogleTest's code; it may be stripped of its names");
  }
  return std::move(file).value();
}

}  // namespace

void RunDhat(const RunOptions& options, const std::string& directory, double native_seconds,
             const DhatNeeded& needed, WasteEvidence* evidence) {
  if (!needed.heap && !needed.copies) return;
  const PlainPath plain(directory);
  const std::string name = evidence->test.FullName();
  if (needed.heap) {
    evidence->dhat = RunMode(options, plain.path(), native_seconds, "heap", name);
  }
  if (needed.copies) {
    evidence->copies = RunMode(options, plain.path(), native_seconds, "copy", name);
  }
}

}  // namespace memprof
