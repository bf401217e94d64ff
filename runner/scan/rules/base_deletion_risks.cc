// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/base_deletion_risks.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace memprof::scan {
namespace {

const ClassOwning* ClassOf(const ResourceFacts& facts, const std::string& type) {
  const auto found = facts.classes.find(type);
  return found == facts.classes.end() ? nullptr : &found->second;
}

/// Whether its destructor is virtual, by itself or a base. Of unknown classes nobody knows.
bool MayBeVirtual(const ResourceFacts& facts, const std::string& type) {
  const ClassOwning* const known = ClassOf(facts, type);
  if (known == nullptr || known->has_virtual_destructor) return true;
  for (const std::string& base : known->bases) {
    if (MayBeVirtual(facts, base)) return true;
  }
  return false;
}

/// A member that only the derived class's destructor frees: of `type` or a class between.
std::optional<std::string> LostMember(const ResourceFacts& facts, const std::string& type,
                                      const std::string& base, bool* derives) {
  const ClassOwning* const known = ClassOf(facts, type);
  if (known == nullptr || type == base) return std::nullopt;
  std::optional<std::string> member;
  if (!known->owners.empty()) member = known->name + "::" + *known->owners.begin();
  for (const std::string& above : known->bases) {
    if (above == base) *derives = true;
    const std::optional<std::string> more = LostMember(facts, above, base, derives);
    if (!member) member = more;
  }
  return member;
}

}  // namespace

std::vector<StaticRisk> BaseDeletionRisks(const ResourceFacts& facts) {
  std::map<std::string, StaticRisk> by_base;
  for (const DeletedAsBase& deleted : facts.deleted_as_base) {
    const ClassOwning* const base = ClassOf(facts, deleted.base);
    if (base == nullptr || MayBeVirtual(facts, deleted.base)) continue;
    bool derives = false;
    const std::optional<std::string> lost = LostMember(facts, deleted.made, deleted.base, &derives);
    if (!derives || !lost) continue;
    StaticRisk& risk = by_base[deleted.base];
    if (risk.subject.empty()) {
      risk.pattern = Pattern::kLostOwner;
      risk.confidence = Confidence::kHigh;
      risk.subject = base->name;
      risk.place = base->place;
      risk.title = fmt::format(
          "{} has no virtual destructor, and objects of derived classes are "
          "deleted through it",
          base->name);
      risk.cause = fmt::format(
          "Deleting through {} runs its destructor alone: {} is never destroyed, and what it owns "
          "is lost.",
          base->name, *lost);
      risk.advice = fmt::format("Make the destructor virtual: virtual ~{}() = default;",
                                base->name.substr(base->name.rfind(':') + 1));
    }
    risk.notes.push_back({deleted.place, deleted.function,
                          fmt::format("a {} is owned as a {} here", deleted.made, deleted.base)});
  }
  std::vector<StaticRisk> risks;
  for (auto& [base, risk] : by_base) risks.push_back(std::move(risk));
  return risks;
}

}  // namespace memprof::scan
