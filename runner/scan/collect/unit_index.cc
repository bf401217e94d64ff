// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/unit_index.h"

#include <algorithm>
#include <vector>

#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

bool IsDeclaration(const SyntaxNode& node) {
  return IsFunction(node) || node.kind == NodeKind::kVariable ||
         node.kind == NodeKind::kParameter || node.kind == NodeKind::kField;
}

bool IsStaticVariable(const SyntaxNode& node) {
  return node.storage != Storage::kNone && node.storage != Storage::kLocal;
}

std::string WithoutAnonymous(std::string_view name) {
  constexpr std::string_view kAnonymous = "(anonymous namespace)::";
  std::string text(name);
  for (std::size_t at = text.find(kAnonymous); at != std::string::npos;
       at = text.find(kAnonymous)) {
    text.erase(at, kAnonymous.size());
  }
  return text;
}

}  // namespace

UnitIndex::UnitIndex(const SyntaxUnit& unit) : unit_(unit) {
  for (std::uint32_t i = 0; i < unit.nodes.size(); ++i) {
    const SyntaxNode& node = unit[i];
    if (node.id.empty()) continue;
    if (node.kind == NodeKind::kClass) {
      classes_.emplace(std::string(node.qualified), node.id);
    } else if (IsDeclaration(node)) {
      const auto [known, is_new] = declared_.emplace(node.id, i);
      if (!is_new && node.is_definition) known->second = i;
    }
  }
}

std::uint32_t UnitIndex::Declared(std::string_view id) const {
  const auto known = declared_.find(id);
  return id.empty() || known == declared_.end() ? 0 : known->second;
}

std::string_view UnitIndex::DeclaredType(std::uint32_t use) const {
  const std::uint32_t declared = Declared(unit_[use].id);
  return declared == 0 ? unit_[use].type : unit_[declared].type;
}

std::string UnitIndex::ClassIdOf(std::string_view type) const {
  const std::string name = WithoutAnonymous(TemplateName(Unwrapped(type)));
  const auto known = classes_.find(name);
  return known == classes_.end() ? std::string() : std::string(known->second);
}

std::string_view UnitIndex::ParameterType(std::string_view function_id, std::size_t number) const {
  const std::uint32_t function = Declared(function_id);
  if (function == 0) return {};
  for (const std::uint32_t child : unit_[function].children) {
    if (unit_[child].kind != NodeKind::kParameter) continue;
    if (number-- == 0) return unit_[child].type;
  }
  return {};
}

bool UnitIndex::IsInitialiserOfStatic(std::uint32_t index) const {
  return unit_.Above(index, [](const SyntaxNode& node) {
    return (node.kind == NodeKind::kVariable && IsStaticVariable(node)) ||
           (node.kind == NodeKind::kCall && node.name == "call_once");
  }) != 0;
}

bool UnitIndex::IsCondition(std::uint32_t index) const {
  const std::uint32_t parent = unit_[index].parent;
  const SyntaxNode& above = unit_[parent];
  const auto& children = above.children;
  const auto at = std::find(children.begin(), children.end(), index);
  switch (above.kind) {
    case NodeKind::kConditional:
      return at == children.begin();
    case NodeKind::kIf: {
      // What stands before the first branch: a branch that is an expression has no comparison as
      // its own, so the first expression is the condition.
      const auto is_expression = [this](std::uint32_t child) {
        return unit_[child].kind >= NodeKind::kCall;
      };
      return at == std::find_if(children.begin(), children.end(), is_expression);
    }
    case NodeKind::kLoop:
      return !children.empty() && unit_[index].kind >= NodeKind::kCall && index != children.back();
    default:
      return false;
  }
}

CodePlace UnitIndex::CodePlaceOf(std::uint32_t index) const {
  CodePlace at;
  at.place = unit_.PlaceOf(index);
  at.in_loop = unit_.InLoop(index);
  const std::uint32_t function = unit_.NamedFunctionOf(index);
  if (function != 0) {
    at.function_id = unit_[function].id;
    at.function = unit_[function].qualified;
    if (unit_[function].kind == NodeKind::kConstructor) {
      at.constructor_of = unit_[function].class_id;
    }
  }
  at.once = IsInitialiserOfStatic(index);
  return at;
}

ObjectUsed UnitIndex::ObjectOf(std::uint32_t member) const {
  ObjectUsed used;
  const SyntaxNode& node = unit_[member];
  if (node.children.empty()) return {ObjectKind::kThis, {}};
  const std::uint32_t object = node.children.front();
  const SyntaxNode& from = unit_[object];
  switch (from.kind) {
    case NodeKind::kThis:
      return {ObjectKind::kThis, {}};
    case NodeKind::kName:
      if (IsStaticVariable(from)) return {ObjectKind::kStatic, {}};
      if (node.is_arrow || IsPointerOrReference(DeclaredType(object)) || Declared(from.id) == 0) {
        return used;
      }
      return {ObjectKind::kLocal, {}};
    case NodeKind::kMember: {
      if (from.class_id.empty()) return used;
      if (IsPointerOrReference(DeclaredType(object))) return used;
      const ObjectUsed outer = ObjectOf(object);
      if (outer.kind == ObjectKind::kLocal && !node.is_arrow) return outer;
      if (outer.kind == ObjectKind::kStatic) return outer;
      return {ObjectKind::kMember, std::string(from.class_id)};
    }
    case NodeKind::kCall:
      // `owner_->items`: of a member that is a smart pointer, as of a member.
      if ((from.name == "operator->" || from.name == "operator*") && !from.children.empty()) {
        const SyntaxNode& pointer = unit_[from.children.front()];
        if (pointer.kind == NodeKind::kName && IsStaticVariable(pointer)) {
          return {ObjectKind::kStatic, {}};
        }
        if (pointer.kind == NodeKind::kMember && !pointer.class_id.empty()) {
          return {ObjectKind::kMember, std::string(pointer.class_id)};
        }
      }
      if (from.is_constructor) return {ObjectKind::kLocal, {}};
      return used;
    default:
      return used;
  }
}

std::string UnitIndex::SlotOf(std::uint32_t declaration) const {
  const SyntaxNode& node = unit_[declaration];
  if (node.kind == NodeKind::kParameter && IsFunction(unit_[node.parent])) {
    std::size_t number = 0;
    for (const std::uint32_t sibling : unit_[node.parent].children) {
      if (sibling == declaration) break;
      if (unit_[sibling].kind == NodeKind::kParameter) ++number;
    }
    return std::string(unit_[node.parent].id) + "#" + std::to_string(number);
  }
  return std::string(node.id);
}

}  // namespace memprof::scan
