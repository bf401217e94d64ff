// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/local_resource_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "runner/scan/rules/resource_words.h"

namespace memprof::scan {
namespace {

constexpr std::size_t kMostNotes = 8;

bool DoesNotReturn(const ResourceFacts& facts, const std::set<std::string>& called) {
  return std::any_of(called.begin(), called.end(), [&](const std::string& function) {
    const auto effect = facts.effects.find(function);
    return effect != facts.effects.end() && !effect->second.returns;
  });
}

std::string HowText(const WayOut& way, const std::string& release) {
  const int line = way.place.line;
  switch (way.how) {
    case WayOut::How::kReturn:
      return fmt::format("returns at line {} without {}", line, release);
    case WayOut::How::kEnd:
      return fmt::format("comes to the end of its block at line {} without {}", line, release);
    case WayOut::How::kThrow:
      return fmt::format("throws at line {} without {}", line, release);
    case WayOut::How::kBreak:
      return fmt::format("breaks out at line {} without {}", line, release);
    case WayOut::How::kContinue:
      return fmt::format("continues at line {} without {}", line, release);
    case WayOut::How::kOverwritten:
      return fmt::format("takes another value at line {} without {}", line, release);
    case WayOut::How::kDiscarded:
      return "keeps the result nowhere, so nothing can release it";
  }
  return {};
}

std::string TitleOf(const LocalResource& local, const WayOut& first, const std::string& release) {
  const std::string what = local.variable.empty() ? local.call : local.variable;
  switch (first.how) {
    case WayOut::How::kDiscarded:
      return fmt::format("what {} acquires is kept nowhere", local.call);
    case WayOut::How::kOverwritten:
      return fmt::format("{} takes another value without {}", what, release);
    default:
      return fmt::format("{} from {}: {}", what, local.call, HowText(first, release));
  }
}

StaticRisk RiskOf(const LocalResource& local, const std::vector<WayOut>& ways) {
  StaticRisk risk;
  const std::string release = ReleaseText(local.kind, local.releases, local.variable, local.call);
  risk.pattern = PatternOf(local.kind);
  risk.confidence =
      local.kind == ResourceKind::kNamedObject ? Confidence::kLow : Confidence::kMedium;
  risk.subject = local.variable.empty() ? local.call : local.variable;
  risk.subject_type = local.type;
  risk.place = local.place;
  risk.function = local.function;
  risk.title = TitleOf(local, ways.front(), release);
  risk.cause = fmt::format(
      "{} acquires what {} must release. On {} through {} nothing releases, returns or stores it, "
      "and no owner has it.",
      local.call, release, ways.size() == 1 ? "a way" : fmt::format("{} ways", ways.size()),
      local.function);
  if (local.kind == ResourceKind::kThread && local.call == "std::thread") {
    risk.cause += " A std::thread that is destroyed before it is joined ends the program.";
  }
  risk.advice = OwnerAdvice(local.kind, local.releases.empty() ? "" : local.releases.front());
  risk.notes.push_back({local.place, local.function, local.call + " acquires it here"});
  for (const WayOut& way : ways) {
    if (risk.notes.size() > kMostNotes) break;
    risk.notes.push_back({way.place, local.function, HowText(way, release)});
  }
  return risk;
}

}  // namespace

std::vector<StaticRisk> LocalResourceRisks(const ResourceFacts& facts) {
  std::vector<StaticRisk> risks;
  for (const auto& [place, found] : facts.locals) {
    LocalResource local = found;
    if (local.kind == ResourceKind::kNamedObject) {
      local.releases = DeclaredReleases(facts, local.releases, local.handle_type);
      if (local.releases.empty()) continue;
    }
    std::vector<WayOut> ways;
    for (const WayOut& way : local.ways_out) {
      if (MayKeep(facts, way.handed) || DoesNotReturn(facts, way.called)) continue;
      const bool is_told = std::any_of(ways.begin(), ways.end(), [&](const WayOut& told) {
        return told.how == way.how && told.place.line == way.place.line;
      });
      if (!is_told) ways.push_back(way);
    }
    if (ways.empty()) continue;
    std::sort(ways.begin(), ways.end(), [](const WayOut& left, const WayOut& right) {
      return std::tie(left.place, left.how) < std::tie(right.place, right.how);
    });
    risks.push_back(RiskOf(local, ways));
  }
  return risks;
}

}  // namespace memprof::scan
