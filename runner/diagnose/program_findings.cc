// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/program_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/growing_places.h"
#include "runner/diagnose/retention_text.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/diagnose/waste/waste_findings.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr char kScope[] = "program";

TestEvidence EvidenceOf(const SingleRun& program) {
  TestEvidence evidence;
  evidence.scope = Scope::kProgram;
  evidence.triage.series = program.owner.series;
  evidence.triage.sites = program.owner.sites;
  evidence.triage.resources = program.owner.resources;
  evidence.triage.objects = program.owner.objects;
  evidence.triage.untraced.clear();
  evidence.triage.unnamed_modules = program.unnamed_modules;
  evidence.triage.untracked_blocks = program.untracked_blocks;
  // There is nothing but the heap snapshot to tell of losses; see Reconciled().
  evidence.confirm.lost =
      Measured<std::vector<LostSite>>::Not("a program is run once, with the tracker alone");
  evidence.confirm.wanted.lsan = true;
  return evidence;
}

/// What is held at the end, of all sites of a place together.
struct Held {
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  bool is_measured = false;
  bool only_by_stacks = true;
};

Held HeldAt(const TracedPlace& place) {
  Held held;
  for (const TracedSite* site : place.sites) {
    const SiteRetention& retention = site->retention;
    if (!retention.measured()) continue;
    held.is_measured = true;
    held.bytes += retention.bytes - retention.lost_bytes;
    held.blocks += retention.blocks - retention.lost_blocks;
    const std::int64_t reachable = retention.blocks - retention.lost_blocks;
    if (retention.stack_only_blocks < reachable) held.only_by_stacks = false;
  }
  return held;
}

std::optional<Finding> StillHeld(const TracedPlace& place, const DiagnoseContext& context,
                                 const Thresholds& thresholds) {
  const Held held = HeldAt(place);
  // Calls whose stacks were not kept are many, and no one of them need hold much.
  if (place.place.finding.stack.empty()) return std::nullopt;
  if (!held.is_measured || held.only_by_stacks || held.bytes < thresholds.one_time_bytes) {
    return std::nullopt;
  }
  Finding finding;
  finding.kind = FindingKind::kOneTimeRetention;
  finding.severity = Severity::kWarning;
  finding.location = place.place.finding.location;
  finding.stack = place.place.finding.stack;
  finding.title = fmt::format("memory held to the end: {} in {}", HumanBytes(held.bytes),
                              Counted(held.blocks, "block"));
  finding.impact.total_bytes = held.bytes;
  finding.cause =
      "The program ended with this memory in use: nothing gave it back, and something still refers "
      "to it. A table that is filled once looks like this, and so does a cache without a bound. "
      "Whether it grows on, one run does not tell: compare two moments of a longer one, by memprof "
      "objects --pid PID --out DIR and memprof diff.";
  finding.evidence.push_back(
      {"trace", fmt::format("{} in {} alive at the end: {}", HumanBytes(held.bytes),
                            Counted(held.blocks, "block"), PlaceText(place.place))});
  if (const TracedSite* told = ToldSite(place.sites)) TellHolder(*told, context, 0, &finding);
  finding.scope_label = place.place.scope_label;
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, kScope, PlaceText(place.place));
  }
  return finding;
}

void Replace(const std::string& from, const std::string& to, std::string* text) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

/// The texts speak of a test and its runs.
void TellOfProgram(Finding* finding) {
  // It is not run here, and misses nothing: the heap snapshot is of the very end.
  std::erase_if(finding->evidence, [](const Evidence& each) { return each.source == "lsan"; });
  std::vector<std::string*> texts = {&finding->title, &finding->cause};
  for (Evidence& evidence : finding->evidence) texts.push_back(&evidence.text);
  for (std::string* text : texts) {
    Replace("the test", "the program", text);
    Replace(", lost in one run only", "", text);
    Replace("It was lost in one run only, as things are that are set up once.",
            "One run does not tell whether more would be.", text);
    Replace("alive at the end of all 1 run, made in 1 of 1 run", "alive at the end", text);
    Replace("heap snapshot after run 1", "heap snapshot", text);
  }
}

std::string CommandOf(const DiagnoseContext& context) {
  const Finding of_test = [&context] {
    Finding finding;
    Attribute(Scope::kProgram, RecordedTest(), context, &finding);
    return finding;
  }();
  const std::size_t words = of_test.rerun.find(" -- ");
  return words == std::string::npos ? "" : "memprof exec" + of_test.rerun.substr(words);
}

}  // namespace

Diagnosis DiagnoseProgram(const SingleRun& program, const DiagnoseContext& context,
                          const Thresholds& thresholds) {
  const TestEvidence evidence = EvidenceOf(program);
  Diagnosis diagnosis = DiagnoseSuspect(evidence, context, thresholds);
  std::erase_if(diagnosis.not_measured, [](const NotMeasured& gap) { return gap.tool == "lsan"; });
  // A snapshot that is missing leaves open what is lost, whatever else was found.
  const std::string why = WhyNoSnapshot(evidence.triage);
  const NotMeasured gap = {"heap-snapshot", "", why};
  std::vector<NotMeasured>& gaps = diagnosis.not_measured;
  if (!why.empty() && std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) gaps.push_back(gap);
  if (program.ended) {
    for (const TracedPlace& place : TracedPlaces(evidence, context)) {
      if (auto held = StillHeld(place, context, thresholds)) {
        diagnosis.findings.push_back(*std::move(held));
      }
    }
  }
  for (Finding& finding : WasteFindings(program.waste, context, thresholds)) {
    finding.scope_label = kScope;
    diagnosis.findings.push_back(std::move(finding));
  }
  const std::string rerun = CommandOf(context);
  for (Finding& finding : diagnosis.findings) {
    TellOfProgram(&finding);
    finding.tests.clear();
    const bool is_of_tests = finding.scope_label.find("testing::") != std::string::npos;
    if (finding.scope_label.empty() || is_of_tests) finding.scope_label = kScope;
    finding.rerun = rerun;
  }
  return diagnosis;
}

}  // namespace memprof
