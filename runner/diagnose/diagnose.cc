// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/relative_files.h"
#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/gauge_findings.h"
#include "runner/diagnose/kept_bytes.h"
#include "runner/diagnose/memory_findings.h"
#include "runner/diagnose/resource_findings.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

std::vector<NotMeasured> GapsOf(const TestEvidence& evidence) {
  std::vector<NotMeasured> gaps;
  // A test that only shows what its suite or the program does is not the one that has the gap.
  const std::string test = evidence.scope == Scope::kTest ? evidence.test.FullName() : "";
  if (!evidence.triage.unrepeatable.empty()) {
    gaps.push_back({"triage", test, evidence.triage.unrepeatable + "; growth needs runs"});
  } else if (!evidence.triage.series) {
    gaps.push_back({"triage", test, evidence.triage.series.why_not()});
  }
  const ConfirmEvidence& confirm = evidence.confirm;
  if (confirm.wanted.lsan && !confirm.lost) {
    gaps.push_back({"lsan", test, confirm.lost.why_not()});
  }
  if (confirm.wanted.massif && !confirm.growing) {
    gaps.push_back({"massif", test, confirm.growing.why_not()});
  }
  if (confirm.wanted.track_fds && !confirm.open_descriptors) {
    gaps.push_back({"valgrind-fds", test, confirm.open_descriptors.why_not()});
  }
  return gaps;
}

std::vector<Stack> StacksOf(const TestEvidence& evidence) {
  std::vector<Stack> stacks;
  const auto add = [&](const auto& sites) {
    for (const auto& site : sites) stacks.push_back(site.stack);
  };
  add(evidence.triage.sites);
  add(evidence.triage.resources);
  add(evidence.triage.objects);
  if (evidence.confirm.lost) add(*evidence.confirm.lost);
  if (evidence.confirm.growing) add(*evidence.confirm.growing);
  return stacks;
}

bool IsMemory(const Finding& finding) {
  return finding.kind == FindingKind::kMemoryLeak || finding.kind == FindingKind::kMemoryGrowth ||
         finding.kind == FindingKind::kOneTimeRetention;
}

/// Says what the trace lacks where there is a finding on memory: of the whole run, so that it is
/// told once; and with the first finding, how many blocks are not in it.
void TellGapsOfTrace(const TriageEvidence& triage, Diagnosis* diagnosis) {
  std::vector<Finding>& findings = diagnosis->findings;
  const auto first = std::find_if(findings.begin(), findings.end(), IsMemory);
  if (first == findings.end()) return;
  if (const std::string why = WhyNoSnapshot(triage); !why.empty()) {
    diagnosis->not_measured.push_back({"heap-snapshot", "", why});
  }
  if (!triage.traced() || triage.untracked_blocks <= 0) return;
  first->evidence.push_back(
      {"trace", fmt::format("{} of the process {} not in it: made in a signal handler, at the end "
                            "of a thread, or with a full table",
                            Counted(triage.untracked_blocks, "live block"),
                            triage.untracked_blocks == 1 ? "is" : "are")});
}

/// The evidence with LeakSanitizer's relative files found among those that the trace knows.
TestEvidence WithAbsoluteFiles(const TestEvidence& evidence) {
  TestEvidence absolute = evidence;
  if (!absolute.confirm.lost) return absolute;
  std::set<std::string> known;
  if (evidence.test.file.starts_with('/')) known.insert(evidence.test.file);
  for (const TracedSite& site : evidence.triage.sites) AddAbsoluteFiles(site.stack, &known);
  for (const TracedResource& resource : evidence.triage.resources) {
    AddAbsoluteFiles(resource.stack, &known);
  }
  std::vector<LostSite> lost = *evidence.confirm.lost;
  for (LostSite& site : lost) ResolveRelativeFiles(known, &site.stack);
  absolute.confirm.lost = std::move(lost);
  return absolute;
}

}  // namespace

Diagnosis DiagnoseSuspect(const TestEvidence& as_measured, const DiagnoseContext& of_run,
                          const Thresholds& thresholds) {
  const TestEvidence measured = WithAbsoluteFiles(as_measured);
  DiagnoseContext context = of_run;
  if (context.framework == FrameworkPlace()) context.framework = LearnFramework(StacksOf(measured));
  const bool lsan_is_needed = measured.confirm.wanted.lsan || ToolsFor(measured, thresholds).lsan;
  const TestEvidence evidence = Reconciled(measured, context, lsan_is_needed);
  Diagnosis diagnosis;
  diagnosis.findings = MemoryFindings(evidence, context, thresholds);
  for (Finding& finding : ResourceFindings(evidence, context, thresholds)) {
    diagnosis.findings.push_back(std::move(finding));
  }
  if (evidence.triage.series) {
    for (Finding& finding : GaugeFindings(evidence, context, thresholds)) {
      diagnosis.findings.push_back(std::move(finding));
    }
  }
  diagnosis.not_measured = GapsOf(measured);
  for (NotMeasured& gap : GaugeGaps(measured)) diagnosis.not_measured.push_back(std::move(gap));
  TellGapsOfTrace(evidence.triage, &diagnosis);
  // Names that nobody has asked for are missed by nobody.
  if (!diagnosis.findings.empty()) {
    for (const std::string& why : evidence.triage.unnamed_modules) {
      diagnosis.not_measured.push_back({"symbols", "", why});
    }
  }
  return diagnosis;
}

ToolsNeeded ToolsFor(const TestEvidence& evidence, const Thresholds& thresholds) {
  ToolsNeeded tools;
  tools.lsan = !evidence.triage.unrepeatable.empty() || evidence.triage.lost_in_survey;
  if (!evidence.triage.unrepeatable.empty() || !evidence.triage.series) return tools;
  tools.track_fds = UnseenPerRun(Quantity::kDescriptors, evidence, thresholds) > 0;
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  if (!live.measured || live.values.empty()) return tools;
  tools.massif = ClassifyGrowth(live.values, thresholds.growth).growing;
  const std::optional<KeptBytes> kept = BytesKept(evidence);
  const bool kept_once =
      kept && DecideOneTime(kept->once, kept->still, 0, false, thresholds).has_value();
  // Blocks beside bytes: a buffer of random size hides a small loss in the bytes alone.
  const auto rose_in_last_half = [](const std::vector<std::int64_t>& values) {
    return !values.empty() && values.back() > values[values.size() / 2];
  };
  const bool rose_late =
      rose_in_last_half(live.values) || rose_in_last_half(evidence.triage.series->live_blocks);
  // What is lost before the tests, or between them, is lost once or rises with no test.
  const bool outside_tests = evidence.scope != Scope::kTest && !evidence.triage.sites.empty();
  tools.lsan = tools.massif || kept_once || rose_late || outside_tests;
  return tools;
}

}  // namespace memprof
