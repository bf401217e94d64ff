// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/baseline.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "runner/diagnose/merge.h"
#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

Finding Essence(const Finding& finding) {
  Finding essence;
  essence.fingerprint = finding.fingerprint;
  essence.severity = finding.severity;
  essence.kind = finding.kind;
  essence.pattern = finding.pattern;
  // Its own title tells how many runs there were.
  essence.title = Name(finding.kind);
  if (!finding.location.function.empty()) essence.title += " in " + finding.location.function;
  essence.tests = finding.tests;
  std::sort(essence.tests.begin(), essence.tests.end());
  essence.scope_label = finding.scope_label;
  essence.location = finding.location;
  for (const Frame& frame : finding.stack) {
    // Where a library's code lies is the machine's affair; that it is a library's must stay known.
    Frame kept;
    kept.function = frame.function;
    if (IsUserFrame(frame)) kept.file = frame.file;
    essence.stack.push_back(std::move(kept));
  }
  essence.impact = finding.impact;
  // It counts all runs, of which there are more or fewer the next time, unless there was but one.
  if (finding.impact.bytes_per_iteration) essence.impact.total_bytes.reset();
  essence.waste = finding.waste;
  if (finding.held_by) {
    essence.held_by =
        HeldBy{finding.held_by->symbol, finding.held_by->type, "", 0, finding.held_by->kind};
  }
  essence.cycle = finding.cycle;
  for (const Evidence& evidence : finding.evidence) {
    // Who told of it says what a later run must have measured to miss it.
    const auto has_source = [&](const Evidence& known) { return known.source == evidence.source; };
    auto& known = essence.evidence;
    if (std::none_of(known.begin(), known.end(), has_source))
      known.push_back({evidence.source, ""});
  }
  return essence;
}

}  // namespace

Report BaselineOf(const Report& report) {
  Report baseline;
  baseline.tool_version = report.tool_version;
  for (const Finding& finding : report.findings) baseline.findings.push_back(Essence(finding));
  std::stable_sort(baseline.findings.begin(), baseline.findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return std::tie(a.location.file, a.location.line, a.fingerprint, a.title) <
                            std::tie(b.location.file, b.location.line, b.fingerprint, b.title);
                   });
  Summarize(&baseline);
  return baseline;
}

}  // namespace memprof
