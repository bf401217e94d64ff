// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/meets_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "runner/report/headline.h"

namespace memprof::scan {
namespace {

struct SplitName {
  std::string_view owner;  ///< "app::Cache"; empty of what is in no scope
  std::string_view name;   ///< "entries_"
};

SplitName Split(std::string_view qualified) {
  const std::size_t colons = qualified.rfind("::");
  if (colons == std::string_view::npos) return {{}, qualified};
  return {qualified.substr(0, colons), qualified.substr(colons + 2)};
}

bool IsAt(const Place& place, std::string_view file, int line) {
  return line > 0 && place.line == line && place.file == file;
}

/// Whether `text` has `name` with nothing of a name around it.
bool Mentions(std::string_view text, std::string_view name) {
  const auto is_of_name = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  if (name.empty()) return false;
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_of_name(text[at - 1]);
    if (begins && (end == text.size() || !is_of_name(text[end]))) return true;
  }
  return false;
}

/// Whether the member is on the way from what holds the memory to it. Members of one name are
/// common, so its class must be there too.
bool IsOnPath(const Finding& finding, const SplitName& member) {
  if (member.owner.empty() || member.name.empty()) return false;
  bool has_member = finding.held_by && Mentions(finding.held_by->symbol, member.name);
  bool has_class = finding.held_by && (Mentions(finding.held_by->type, member.owner) ||
                                       Mentions(finding.held_by->symbol, member.owner));
  for (const RetentionStep& step : finding.retention_path) {
    has_member = has_member || Mentions(step.what, member.name);
    has_class = has_class || Mentions(step.type, member.owner);
  }
  for (const Frame& frame : finding.stack) {
    has_class = has_class || Mentions(frame.function, member.owner);
  }
  return has_member && has_class;
}

bool IsSameVariable(const Finding& finding, const StaticRisk& risk) {
  if (finding.held_by && !risk.subject.empty()) {
    const HeldBy& holder = *finding.held_by;
    if (holder.symbol == risk.subject || IsAt(risk.place, holder.file, holder.line)) return true;
  }
  if (finding.weaken && (finding.weaken->member == risk.subject ||
                         IsAt(risk.place, finding.weaken->file, finding.weaken->line))) {
    return true;
  }
  return IsOnPath(finding, Split(risk.subject));
}

bool IsSameCycle(const Finding& finding, const StaticRisk& risk) {
  return std::any_of(risk.cycle.begin(), risk.cycle.end(), [&](const std::string& member) {
    return std::find(finding.cycle.begin(), finding.cycle.end(), member) != finding.cycle.end();
  });
}

bool IsPlaceOf(const StaticRisk& risk, std::string_view file, int line) {
  return IsAt(risk.place, file, line) ||
         std::any_of(risk.notes.begin(), risk.notes.end(),
                     [&](const RiskNote& note) { return IsAt(note.place, file, line); });
}

bool IsSameCall(const Finding& finding, const StaticRisk& risk) {
  if (IsPlaceOf(risk, finding.location.file, finding.location.line)) return true;
  if (finding.pattern != risk.pattern) return false;
  return std::any_of(finding.stack.begin(), finding.stack.end(),
                     [&](const Frame& frame) { return IsAt(risk.place, frame.file, frame.line); });
}

Confidence Raised(Confidence confidence) {
  return confidence == Confidence::kLow ? Confidence::kMedium : Confidence::kHigh;
}

void Take(const StaticRisk& risk, Finding* finding) {
  std::string text = risk.title;
  if (risk.place.line > 0) text += fmt::format(", {}:{}", risk.place.file, risk.place.line);
  if (finding->pattern == Pattern::kUnknown) {
    finding->pattern = risk.pattern;
    finding->pattern_confidence = std::min(risk.confidence, Confidence::kMedium);
    finding->decided_by.insert(finding->decided_by.begin(), "the source looks like it");
    text += "; the run does not show which pattern it is";
  } else if (finding->pattern == risk.pattern) {
    finding->pattern_confidence = Raised(finding->pattern_confidence);
    text += "; the source says the same as the run";
  } else {
    text += fmt::format("; the source looks like {}, and what the run shows counts: {}",
                        PatternWords(risk.pattern), PatternWords(finding->pattern));
  }
  finding->evidence.push_back({risk.source, text});
}

}  // namespace

bool IsAboutSame(const Finding& finding, const StaticRisk& risk) {
  return IsSameVariable(finding, risk) || IsSameCycle(finding, risk) || IsSameCall(finding, risk);
}

std::vector<std::size_t> MeetRun(std::span<const StaticRisk> risks,
                                 std::vector<Finding>* findings) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < risks.size(); ++i) {
    bool met = false;
    for (Finding& finding : *findings) {
      if (finding.kind == FindingKind::kStaticRisk || !IsAboutSame(finding, risks[i])) continue;
      Take(risks[i], &finding);
      met = true;
    }
    if (!met) left.push_back(i);
  }
  return left;
}

}  // namespace memprof::scan
