// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

/// How titles begin that say no more than the kind of the finding.
constexpr std::array<std::string_view, 4> kKindsInTitles = {"memory grows", "lost memory",
                                                            "memory kept once", "never evicts"};

/// Whether the title itself is about the pattern, in words of its own.
bool TitleTellsPattern(const Finding& finding, std::string_view title, std::string_view words) {
  switch (finding.kind) {
    case FindingKind::kFdLeak:
    case FindingKind::kThreadLeak:
    case FindingKind::kMappingLeak:
    case FindingKind::kOptimization:
    case FindingKind::kStaticRisk:
      return true;
    default:
      return title.starts_with(words);
  }
}

/// Replaces "lost memory" and its like where they are the clause before the colon.
std::string WithPattern(const std::string& title, const std::string& pattern) {
  for (const std::string_view kind : kKindsInTitles) {
    const std::size_t at = title.find(fmt::format("{}: ", kind));
    if (at == 0 || (at != std::string::npos && title.compare(at - 2, 2, ", ") == 0)) {
      return title.substr(0, at) + pattern + title.substr(at + kind.size());
    }
  }
  return title.empty() ? pattern : fmt::format("{}, {}", pattern, title);
}

}  // namespace

std::string PatternWords(Pattern pattern) {
  std::string words = Name(pattern);
  std::replace(words.begin(), words.end(), '-', ' ');
  return words;
}

std::string Headline(const Finding& finding) {
  const std::string title = OneLine(finding.title);
  // One that came with the evidence has no clauses, and is no guess.
  const bool is_guess =
      finding.pattern_confidence == Confidence::kLow && !finding.decided_by.empty();
  if (finding.pattern == Pattern::kUnknown || is_guess) return title;
  const std::string words = PatternWords(finding.pattern);
  if (TitleTellsPattern(finding, title, words)) return title;
  const std::string how = OneLine(finding.sub_cause);
  return WithPattern(title, how.empty() ? words : fmt::format("{} ({})", words, how));
}

}  // namespace memprof
