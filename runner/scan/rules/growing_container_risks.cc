// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/growing_container_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runner/scan/rules/container_growth.h"

namespace memprof::scan {
namespace {

/// Notes on places that grow a container; the rest is a number.
constexpr std::size_t kMostNotes = 5;

bool Says(std::string_view text, std::string_view word) {
  const auto same = [](char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) == right;
  };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

/// "Add" of "app::Bus::Add".
std::string_view LastName(std::string_view qualified) {
  const std::size_t colons = qualified.rfind("::");
  return colons == std::string_view::npos ? qualified : qualified.substr(colons + 2);
}

bool IsCache(const ContainerGrowth& growth) {
  const ContainerVariable& variable = *growth.variable;
  if (!variable.has_values || growth.is_by_element) return false;
  return !growth.lookups.empty() || Says(variable.qualified, "cache") ||
         Says(variable.qualified, "memo") || Says(variable.function, "cache");
}

/// Whether all that adds to it says that it registers something.
bool IsRegistry(const ContainerGrowth& growth) {
  return std::all_of(growth.grows.begin(), growth.grows.end(), [](const ContainerUsed* used) {
    return !used->at.constructor_of.empty() || Says(LastName(used->at.function), "register");
  });
}

Pattern PatternOf(const ContainerGrowth& growth) {
  if (IsCache(growth)) return Pattern::kCacheWithoutEviction;
  if (growth.variable->holds_buffers) return Pattern::kBufferAccumulation;
  return IsRegistry(growth) ? Pattern::kStaticLifetime : Pattern::kUnboundedCollection;
}

std::string Times(std::size_t count) {
  return count == 1 ? "in one place" : fmt::format("in {} places", count);
}

std::string CauseOf(const ContainerGrowth& growth, Pattern pattern) {
  const ContainerVariable& variable = *growth.variable;
  const std::string lives =
      variable.class_id.empty()
          ? fmt::format("{} lives until the process ends.", variable.qualified)
          : fmt::format("{} is a member of objects that live until the process ends.",
                        variable.qualified);
  const std::string_view what = growth.is_by_element ? "Its elements grow" : "It grows";
  const std::string grows = fmt::format(
      " {} {} and no code takes anything out, replaces it or compares its size with a limit.", what,
      Times(growth.grows.size()));
  switch (pattern) {
    case Pattern::kCacheWithoutEviction:
      return lives + grows + " Each key that is seen for the first time stays for good.";
    case Pattern::kBufferAccumulation:
      return lives + grows + " Each element is a whole buffer, so this adds up quickly.";
    case Pattern::kStaticLifetime:
      return lives + grows + " What registers itself cannot be taken out again.";
    default:
      return lives + grows;
  }
}

std::string_view AdviceFor(Pattern pattern) {
  switch (pattern) {
    case Pattern::kCacheWithoutEviction:
      return "Give the cache a capacity and evict what was used least recently, or let entries "
             "expire.";
    case Pattern::kBufferAccumulation:
      return "Keep what is needed of each buffer (a number, a small copy, the last few) and let "
             "the buffer go.";
    case Pattern::kStaticLifetime:
      return "Unregister in the destructor of what was registered, or let the owner of the "
             "objects hold the registry.";
    default:
      return "Bound it: a ring of the latest entries, a limit on its size, or erase entries when "
             "they are done with.";
  }
}

std::string TitleOf(const ContainerGrowth& growth, Pattern pattern) {
  const std::string& name = growth.variable->qualified;
  switch (pattern) {
    case Pattern::kCacheWithoutEviction:
      return fmt::format("{} caches by key and nothing is ever evicted", name);
    case Pattern::kBufferAccumulation:
      return fmt::format("{} keeps every buffer that is added", name);
    case Pattern::kStaticLifetime:
      return fmt::format("{} is only ever added to", name);
    default:
      return fmt::format("{} grows {} and nothing is ever taken out", name,
                         Times(growth.grows.size()));
  }
}

RiskNote NoteOf(const ContainerUsed& used, std::string_view what) {
  return {used.at.place, used.at.function,
          fmt::format("{}: {}{}", what, used.text, used.at.in_loop ? ", in a loop" : "")};
}

StaticRisk RiskOf(ContainerGrowth growth) {
  // One place may be known under several names of the container.
  const auto same = [](const ContainerUsed* left, const ContainerUsed* right) {
    return left->at.place == right->at.place;
  };
  growth.grows.erase(std::unique(growth.grows.begin(), growth.grows.end(), same),
                     growth.grows.end());
  const ContainerVariable& variable = *growth.variable;
  StaticRisk risk;
  risk.pattern = PatternOf(growth);
  // Of a member it is not known which object it is that grows, so there is some doubt.
  risk.confidence = variable.class_id.empty() ? Confidence::kHigh : Confidence::kMedium;
  risk.subject = variable.qualified;
  risk.subject_type = variable.type;
  risk.place = variable.place;
  risk.function = variable.function;
  risk.title = TitleOf(growth, risk.pattern);
  risk.cause = CauseOf(growth, risk.pattern);
  risk.advice = AdviceFor(risk.pattern);
  for (std::size_t i = 0; i < growth.grows.size() && i < kMostNotes; ++i) {
    risk.notes.push_back(NoteOf(*growth.grows[i], "grows here"));
  }
  if (growth.grows.size() > kMostNotes) {
    risk.notes.back().text += fmt::format(", and {} more", growth.grows.size() - kMostNotes);
  }
  if (risk.pattern == Pattern::kCacheWithoutEviction && !growth.lookups.empty()) {
    risk.notes.push_back(NoteOf(*growth.lookups.front(), "is looked up here"));
  }
  return risk;
}

}  // namespace

std::vector<StaticRisk> GrowingContainerRisks(const ContainerFacts& facts) {
  std::vector<StaticRisk> risks;
  for (ContainerGrowth& growth : GrowingContainers(facts)) {
    risks.push_back(RiskOf(std::move(growth)));
  }
  return risks;
}

}  // namespace memprof::scan
