// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/container_limits.h"

#include <algorithm>
#include <iterator>

#include "runner/scan/collect/container_method.h"

namespace memprof::scan {
namespace {

bool IsComparison(std::string_view name) {
  constexpr std::string_view kOperator = "operator";
  if (name.starts_with(kOperator)) name.remove_prefix(kOperator.size());
  constexpr std::string_view kComparisons[] = {"<", ">", "<=", ">=", "==", "!="};
  return std::find(std::begin(kComparisons), std::end(kComparisons), name) !=
         std::end(kComparisons);
}

bool IsSmall(std::string_view literal) { return literal == "0" || literal == "1"; }

bool IsOperator(const SyntaxNode& node) {
  return node.kind == NodeKind::kBinary || node.kind == NodeKind::kUnary ||
         node.kind == NodeKind::kCast || node.kind == NodeKind::kCall;
}

}  // namespace

bool ComparesSize(const UnitIndex& index, std::uint32_t call) {
  const SyntaxUnit& unit = index.unit();
  bool compares = false;
  std::uint32_t at = call;
  while (at != 0) {
    const std::uint32_t above = unit[at].parent;
    const SyntaxNode& node = unit[above];
    if (!IsOperator(node)) break;
    if (!compares && IsComparison(node.name)) {
      const bool is_left = unit.Child(above, 0) == at;
      const SyntaxNode& other = unit[unit.Child(above, is_left ? 1 : 0)];
      // `i < items.size()` is how loops go over it.
      if (!is_left && unit[node.parent].kind == NodeKind::kLoop) return false;
      if (other.kind == NodeKind::kLiteral && IsSmall(other.name)) return false;
      compares = true;
    } else if (node.name == "=") {
      return false;
    } else if (node.kind == NodeKind::kCall && node.name != "min" && node.name != "max" &&
               node.name != "__builtin_expect") {
      return false;
    }
    at = above;
  }
  const NodeKind last = index.parent(at).kind;
  return compares &&
         (index.IsCondition(at) || last == NodeKind::kReturn || last == NodeKind::kVariable);
}

bool ReturnsWhenFilled(const UnitIndex& index, std::uint32_t call) {
  const SyntaxUnit& unit = index.unit();
  const SyntaxNode& negation = index.parent(call);
  if (negation.kind != NodeKind::kUnary || negation.name != "!") return false;
  const std::uint32_t statement = negation.parent;
  if (unit[statement].kind != NodeKind::kIf) return false;
  const std::uint32_t branch = unit.Child(statement, 1);
  return unit[branch].kind == NodeKind::kReturn ||
         (unit[branch].children.size() == 1 &&
          unit[unit.Child(branch, 0)].kind == NodeKind::kReturn);
}

bool IsWithinEmptyCheck(const UnitIndex& index, std::uint32_t where, std::string_view id) {
  const SyntaxUnit& unit = index.unit();
  for (std::uint32_t at = where; at != 0; at = unit[at].parent) {
    if (IsFunction(unit[at])) return false;
    const SyntaxNode& above = index.parent(at);
    if (above.kind != NodeKind::kIf || index.IsCondition(at)) continue;
    for (const std::uint32_t child : above.children) {
      const SyntaxNode& condition = unit[child];
      if (!index.IsCondition(child) || condition.kind != NodeKind::kCall) continue;
      if (EffectOf(condition.name, false) != MethodEffect::kEmpty) continue;
      if (unit[unit.Child(unit.Child(child, 0), 0)].id == id) return true;
    }
  }
  return false;
}

}  // namespace memprof::scan
