// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/risk_findings.h"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/fix/propose_fix.h"
#include "runner/report/headline.h"

namespace memprof::scan {
namespace {

/// Places beyond these repeat what the first ones say.
constexpr std::size_t kNotesTold = 6;
// A line that is longer is a table that a program made.
constexpr std::size_t kLongestLine = 1000;

/// What only costs time is an OPTIMIZATION in a run too.
Severity SeverityOf(Pattern pattern) {
  return pattern == Pattern::kStringConcatenation ? Severity::kOptimization : Severity::kWarning;
}

std::string PlaceText(const Place& place) {
  return place.line > 0 ? fmt::format("{}:{}", place.file, place.line) : place.file;
}

std::vector<Evidence> EvidenceOf(const StaticRisk& risk) {
  std::vector<Evidence> evidence;
  for (const RiskNote& note : risk.notes) {
    if (evidence.size() == kNotesTold) {
      evidence.push_back(
          {risk.source, fmt::format("and at {} more places", risk.notes.size() - kNotesTold)});
      break;
    }
    std::string text = note.text;
    if (!note.place.file.empty()) text += " at " + PlaceText(note.place);
    if (!note.function.empty()) text += fmt::format(" (in {})", note.function);
    evidence.push_back({risk.source, text});
  }
  if (evidence.empty())
    evidence.push_back({risk.source, "seen in the source at " + PlaceText(risk.place)});
  return evidence;
}

/// Whether the pattern is about a variable that holds things.
bool IsOfVariable(Pattern pattern) {
  switch (pattern) {
    case Pattern::kUnboundedCollection:
    case Pattern::kCacheWithoutEviction:
    case Pattern::kListenerNotRemoved:
    case Pattern::kBufferAccumulation:
    case Pattern::kStaticLifetime:
      return true;
    default:
      return false;
  }
}

std::optional<HeldBy> HolderOf(const StaticRisk& risk, const std::set<std::string>& members) {
  if (!IsOfVariable(risk.pattern) || risk.subject.empty() || members.contains(risk.subject)) {
    return std::nullopt;
  }
  HeldBy holder;
  holder.symbol = risk.subject;
  holder.type = risk.subject_type;
  holder.file = risk.place.file;
  holder.line = risk.place.line;
  holder.kind = risk.function.empty() ? HolderKind::kGlobal : HolderKind::kFunctionStatic;
  holder.function = risk.function;
  return holder;
}

std::string TitleOf(const StaticRisk& risk) {
  const std::string words = PatternWords(risk.pattern);
  if (risk.title.starts_with(words)) return risk.title;
  return risk.title.empty() ? words : fmt::format("{}: {}", words, risk.title);
}

Finding FindingOf(const StaticRisk& risk, const std::set<std::string>& members, int ordinal) {
  Finding finding;
  finding.severity = SeverityOf(risk.pattern);
  finding.kind = FindingKind::kStaticRisk;
  finding.pattern = risk.pattern;
  finding.pattern_confidence = risk.confidence;
  finding.title = TitleOf(risk);
  finding.location = {risk.place.file, risk.place.line, risk.function};
  finding.held_by = HolderOf(risk, members);
  finding.cycle = risk.cycle;
  finding.cause = risk.cause;
  finding.evidence = EvidenceOf(risk);
  const std::string owner = fmt::format("{}\n{}{}", risk.function, risk.subject,
                                        ordinal == 0 ? "" : fmt::format("\n{}", ordinal));
  finding.fingerprint = OwnerFingerprint(finding.kind, owner, Name(risk.pattern));
  return finding;
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line.size() > kLongestLine) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

/// The risk as a run would have found it, which is what the templates of fixes take: where memory
/// is put in is the stack, and what holds it the variable.
Finding AsOfARun(const StaticRisk& risk, const Finding& finding) {
  Finding of_run = finding;
  for (const RiskNote& note : risk.notes) {
    if (note.place.line > 0) {
      of_run.stack.push_back({note.function, note.place.file, note.place.line, "", 0});
      break;
    }
  }
  if (of_run.stack.empty() && risk.place.line > 0) {
    of_run.stack.push_back({risk.function, risk.place.file, risk.place.line, "", 0});
  }
  return of_run;
}

}  // namespace

std::vector<Finding> FindingsOf(std::span<const StaticRisk> risks,
                                const std::set<std::string>& members) {
  std::vector<Finding> findings;
  std::map<std::tuple<Pattern, std::string, std::string>, int> alike;
  for (const StaticRisk& risk : risks) {
    const int ordinal = alike[{risk.pattern, risk.function, risk.subject}]++;
    findings.push_back(FindingOf(risk, members, ordinal));
  }
  return findings;
}

void AdviseRisks(std::span<const StaticRisk> risks, const Sources& sources,
                 std::vector<Finding>* findings) {
  for (std::size_t i = 0; i < risks.size() && i < findings->size(); ++i) {
    Finding& finding = (*findings)[i];
    if (const SourceFile* file = sources.Find(finding.location.file)) {
      finding.location.text = Trimmed(file->Line(finding.location.line));
    }
    std::optional<Fix> fix = ProposeFix(AsOfARun(risks[i], finding), sources);
    const bool is_code = fix && (!fix->diff.empty() || !fix->snippet.empty());
    if (!is_code && !risks[i].advice.empty()) {
      fix.emplace();
      fix->summary = risks[i].advice;
    }
    finding.fix = std::move(fix);
  }
}

}  // namespace memprof::scan
