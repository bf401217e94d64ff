// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/resource_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace memprof::scan {
namespace {

bool MayKeep(const ResourceFacts& facts, const HandedTo& handed, std::set<HandedTo>* seen) {
  if (!seen->insert(handed).second) return false;
  const auto effect = facts.effects.find(handed.function);
  if (effect == facts.effects.end()) return true;
  if (effect->second.keeps.contains(handed.argument)) return true;
  const auto on = effect->second.hands_on.find(handed.argument);
  return on != effect->second.hands_on.end() &&
         std::any_of(on->second.begin(), on->second.end(),
                     [&](const HandedTo& next) { return MayKeep(facts, next, seen); });
}

std::string WithoutConst(std::string_view type) {
  std::string text(type);
  for (std::size_t at = 0; (at = text.find("const ", at)) != std::string::npos;) text.erase(at, 6);
  return text;
}

}  // namespace

Pattern PatternOf(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kHandle:
      return Pattern::kHandleNotClosed;
    case ResourceKind::kObject:
    case ResourceKind::kNamedObject:
      return Pattern::kObjectNotReleased;
    case ResourceKind::kMemory:
      return Pattern::kLostOwner;
    case ResourceKind::kThread:
      return Pattern::kThreadNotJoined;
  }
  return Pattern::kUnknown;
}

std::string ReleaseText(ResourceKind kind, const std::vector<std::string>& releases,
                        const std::string& variable, const std::string& call) {
  const std::string release = releases.empty() ? "release" : releases.front();
  const std::string what = variable.empty() ? "…" : variable;
  if (release == "delete") return (call.ends_with(']') ? "delete[] " : "delete ") + what;
  if (kind == ResourceKind::kThread && release == "join") return what + ".join()";
  return fmt::format("{}({}{})", release, what, release == "munmap" ? ", size" : "");
}

std::string OwnerAdvice(ResourceKind kind, const std::string& release) {
  switch (kind) {
    case ResourceKind::kMemory:
      return release == "delete"
                 ? "Make it with std::make_unique: then every way out of the function frees it."
                 : "Give it to a std::unique_ptr whose deleter calls free(), or use a container.";
    case ResourceKind::kThread:
      return "Use std::jthread, or join in the destructor of an owner that first tells the thread "
             "to stop.";
    default:
      return fmt::format(
          "Give it to an owner on the stack as soon as it is there, whose destructor calls {}(): a "
          "small class, or a std::unique_ptr with a deleter.",
          release);
  }
}

bool MayKeep(const ResourceFacts& facts, const std::set<HandedTo>& handed) {
  std::set<HandedTo> seen;
  return std::any_of(handed.begin(), handed.end(),
                     [&](const HandedTo& each) { return MayKeep(facts, each, &seen); });
}

std::vector<std::string> DeclaredReleases(const ResourceFacts& facts,
                                          const std::vector<std::string>& names,
                                          const std::string& handle_type) {
  std::vector<std::string> declared;
  for (const std::string& name : names) {
    const auto found = facts.functions.find(name);
    if (found == facts.functions.end()) continue;
    const auto takes = [&](const std::string& type) {
      return WithoutConst(type) == WithoutConst(handle_type) ||
             WithoutConst(type) == WithoutConst(handle_type) + "*";
    };
    if (std::any_of(found->second.begin(), found->second.end(), takes)) declared.push_back(name);
  }
  return declared;
}

}  // namespace memprof::scan
