// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/diagnose.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/kept_bytes.h"
#include "runner/diagnose/memory_findings.h"
#include "runner/diagnose/resource_findings.h"
#include "runner/diagnose/verdicts.h"

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
  if (evidence.confirm.lost) add(*evidence.confirm.lost);
  if (evidence.confirm.growing) add(*evidence.confirm.growing);
  return stacks;
}

}  // namespace

Diagnosis DiagnoseSuspect(const TestEvidence& evidence, const DiagnoseContext& of_run,
                          const Thresholds& thresholds) {
  DiagnoseContext context = of_run;
  if (context.framework == FrameworkPlace()) context.framework = LearnFramework(StacksOf(evidence));
  Diagnosis diagnosis;
  diagnosis.findings = MemoryFindings(evidence, context, thresholds);
  for (Finding& finding : ResourceFindings(evidence, context, thresholds)) {
    diagnosis.findings.push_back(std::move(finding));
  }
  diagnosis.not_measured = GapsOf(evidence);
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
  tools.lsan = !evidence.triage.unrepeatable.empty();
  if (tools.lsan || !evidence.triage.series) return tools;
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
