// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_ownerships.h"

#include <string>
#include <utility>

#include "runner/scan/collect/collect_captures.h"
#include "runner/scan/collect/collect_registries.h"
#include "runner/scan/collect/collect_steps.h"
#include "runner/scan/collect/owned_types.h"

namespace memprof::scan {
namespace {

void AddMember(const SyntaxUnit& unit, std::uint32_t index, OwnershipFacts* facts) {
  const SyntaxNode& node = unit[index];
  const std::uint32_t owner = unit.ClassOf(index);
  if (owner == 0 || node.id.empty()) return;
  MemberFact member;
  member.place = unit.PlaceOf(index);
  member.id = node.id;
  member.name = node.name;
  member.qualified = node.qualified;
  member.type = node.written_type.empty() ? node.type : node.written_type;
  member.class_key = KeyOfClass(unit, owner);
  member.use = UseOfType(node.type, member.place.file);
  if (member.use.owned.empty() && !member.use.has_callable) return;
  facts->members.emplace(member.id, std::move(member));
}

void AddBases(const SyntaxUnit& unit, std::uint32_t index, OwnershipFacts* facts) {
  for (const std::uint32_t child : unit[index].children) {
    if (unit[child].kind != NodeKind::kBase) continue;
    std::string base = ClassKey(unit[child].type, unit.PlaceOf(index).file);
    if (base.starts_with("std::")) continue;
    facts->bases[KeyOfClass(unit, index)].push_back(std::move(base));
  }
}

}  // namespace

OwnershipFacts CollectOwnerships(const SyntaxUnit& unit) {
  OwnershipFacts facts;
  const FieldNames fields = NamesOfFields(unit);
  for (std::uint32_t i = 1; i < unit.nodes.size(); ++i) {
    const SyntaxNode& node = unit[i];
    if (node.kind == NodeKind::kField) AddMember(unit, i, &facts);
    if (node.kind == NodeKind::kClass && node.is_definition) AddBases(unit, i, &facts);
    if (!IsFunction(node) || !node.is_definition || node.id.empty()) continue;
    CollectedSteps steps = CollectSteps(unit, fields, i);
    CollectCaptures(unit, i, steps, &facts);
    facts.functions.emplace(steps.function.id, std::move(steps.function));
  }
  CollectRegistries(unit, &facts);
  return facts;
}

}  // namespace memprof::scan
