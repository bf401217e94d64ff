// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/condition.h"

#include <string_view>

#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

enum class Sign { kNone, kNegative, kZero, kPositive };

/// Of a constant that a handle is compared with. Null and what failed calls give is like -1 or 0.
Sign SignOf(const SyntaxUnit& unit, std::uint32_t index) {
  index = WithoutCasts(unit, index);
  const SyntaxNode& node = unit[index];
  // Of MAP_FAILED and the like, the minus is in the macro.
  if (node.kind == NodeKind::kUnary && (node.name == "-" || node.name.empty())) {
    return Sign::kNegative;
  }
  if (node.kind == NodeKind::kLiteral) {
    if (node.name == "0" || node.name == "nullptr" || node.name == "NULL") return Sign::kZero;
    return node.name.starts_with("-") || node.name.find("FAILED") != std::string_view::npos
               ? Sign::kNegative
               : Sign::kPositive;
  }
  // NULL is __null, which libclang has no name for.
  if (node.kind == NodeKind::kOther && node.children.empty()) return Sign::kZero;
  if (node.kind == NodeKind::kInitList && node.children.empty()) return Sign::kZero;
  return Sign::kNone;
}

std::string_view Mirrored(std::string_view op) {
  if (op == "<") return ">";
  if (op == ">") return "<";
  if (op == "<=") return ">=";
  if (op == ">=") return "<=";
  return op;
}

/// Whether the expression has the value of what was acquired.
bool IsHandle(const SyntaxUnit& unit, const Tracked& tracked, std::uint32_t index) {
  index = WithoutCasts(unit, index);
  const SyntaxNode& node = unit[index];
  if (index == tracked.call) return true;
  switch (node.kind) {
    case NodeKind::kName:
      return tracked.element < 0 && node.id == tracked.variable;
    case NodeKind::kBinary:
      return node.name == "=" && IsHandle(unit, tracked, unit.Child(index, 0));
    case NodeKind::kIndex: {
      const SyntaxNode& array = unit[WithoutCasts(unit, unit.Child(index, 0))];
      return tracked.element >= 0 && array.id == tracked.variable;
    }
    default:
      return false;
  }
}

/// Whether it has what the acquiring call returned, zero for success.
bool IsResult(const SyntaxUnit& unit, const Tracked& tracked, std::uint32_t index) {
  index = WithoutCasts(unit, index);
  if (!tracked.succeeds_with_zero) return false;
  if (index == tracked.call) return true;
  const SyntaxNode& node = unit[index];
  if (node.kind == NodeKind::kName) return !tracked.result.empty() && node.id == tracked.result;
  return node.kind == NodeKind::kBinary && node.name == "=" &&
         IsResult(unit, tracked, unit.Child(index, 1));
}

std::optional<bool> HandleCompared(std::string_view op, Sign sign) {
  if (op == "==") return sign == Sign::kPositive ? std::nullopt : std::optional(false);
  if (op == "!=") return sign == Sign::kPositive ? std::nullopt : std::optional(true);
  if (sign == Sign::kPositive) return std::nullopt;
  return op == ">" || op == ">=";
}

}  // namespace

std::optional<bool> ValueIfAcquired(const SyntaxUnit& unit, const Tracked& tracked,
                                    std::uint32_t condition) {
  condition = WithoutCasts(unit, condition);
  const SyntaxNode& node = unit[condition];
  if (node.kind == NodeKind::kBinary && IsComparison(node.name)) {
    std::uint32_t left = unit.Child(condition, 0);
    std::uint32_t right = unit.Child(condition, 1);
    std::string_view op = node.name;
    const auto is_ours = [&](std::uint32_t side) {
      return IsHandle(unit, tracked, side) || IsResult(unit, tracked, side);
    };
    if (!is_ours(left)) {
      std::swap(left, right);
      op = Mirrored(op);
    }
    if (!is_ours(left)) return std::nullopt;
    const Sign sign = SignOf(unit, right);
    if (IsResult(unit, tracked, left)) {
      // Constants of success have names: SQLITE_OK. Only the negative ones are failures.
      if (op == "==") return sign != Sign::kNegative;
      if (op == "!=") return sign == Sign::kNegative;
      return op == ">=" || op == "<=";
    }
    if (sign == Sign::kNone) return std::nullopt;
    return HandleCompared(op, sign);
  }
  if (IsResult(unit, tracked, condition)) return false;
  if (node.type != "int" && IsHandle(unit, tracked, condition)) return true;
  if (node.kind == NodeKind::kCall && node.qualified == "std::thread::joinable") {
    const std::uint32_t object = unit.Child(unit.Child(condition, 0), 0);
    if (IsHandle(unit, tracked, object)) return true;
  }
  return std::nullopt;
}

std::string ConditionKey(const SyntaxUnit& unit, std::uint32_t condition) {
  condition = WithoutCasts(unit, condition);
  const SyntaxNode& node = unit[condition];
  std::string key;
  switch (node.kind) {
    case NodeKind::kName:
      return node.id.empty() ? "" : "<" + std::string(node.id) + ">";
    case NodeKind::kLiteral:
      return std::string(node.name);
    case NodeKind::kThis:
      return "this";
    case NodeKind::kMember:
      if (node.id.empty()) return "";
      key = "<" + std::string(node.id) + ">";
      break;
    case NodeKind::kBinary:
      if (!IsComparison(node.name) && node.name != "&") return "";
      key = std::string(node.name);
      break;
    case NodeKind::kUnary:
      if (node.name != "*" && node.name != "-") return "";
      key = std::string(node.name);
      break;
    case NodeKind::kCall: {
      // `path.empty()`, `owner.has_value()`: of an object that is a variable.
      if (node.children.size() != 1 || !node.is_system) return "";
      const std::uint32_t callee = unit.Child(condition, 0);
      if (unit[callee].kind != NodeKind::kMember) return "";
      key = std::string(node.name);
      const std::string object = ConditionKey(unit, unit.Child(callee, 0));
      return object.empty() ? "" : key + "(" + object + ")";
    }
    default:
      return "";
  }
  for (const std::uint32_t child : node.children) {
    const std::string below = ConditionKey(unit, child);
    if (below.empty()) return "";
    key += "(" + below + ")";
  }
  return key;
}

std::optional<bool> LiteralValue(const SyntaxUnit& unit, std::uint32_t condition) {
  const SyntaxNode& node = unit[WithoutCasts(unit, condition)];
  // What GoogleTest's macros hide from the compiler.
  if (node.qualified == "testing::internal::AlwaysTrue") return true;
  if (node.qualified == "testing::internal::AlwaysFalse") return false;
  if (node.kind != NodeKind::kLiteral) return std::nullopt;
  if (node.name == "true" || node.name == "1") return true;
  if (node.name == "false" || node.name == "0") return false;
  return std::nullopt;
}

}  // namespace memprof::scan
