// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/value_use.h"

#include <algorithm>
#include <array>
#include <string>

namespace memprof::scan {
namespace {

using What = ValueUse::What;

ValueUse Looks() { return {What::kLooks, {}}; }

ValueUse LetsGo() { return {What::kLetsGo, {}}; }

template <std::size_t N>
bool StartsWithOneOf(std::string_view text, const std::array<std::string_view, N>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

/// C++ functions and classes of libraries that only look at their arguments.
bool OnlyLooks(const SyntaxNode& call) {
  constexpr std::array<std::string_view, 13> kLookers = {"fmt::",
                                                         "std::basic_string::",
                                                         "std::basic_string_view::",
                                                         "std::basic_ostream",
                                                         "std::copy",
                                                         "std::fill",
                                                         "std::iota",
                                                         "std::to_string",
                                                         "std::min",
                                                         "std::max",
                                                         "std::equal",
                                                         "std::hash",
                                                         "std::basic_istream"};
  // GoogleTest may be part of the build, or be itself what is scanned.
  constexpr std::array<std::string_view, 8> kAssertions = {
      "testing::AssertionResult",     "testing::Message",
      "testing::PrintToString",       "testing::internal::AssertPred",
      "testing::internal::CmpHelper", "testing::internal::DoubleNear",
      "testing::internal::EqHelper",  "testing::internal::PredicateFormatter"};
  return StartsWithOneOf(call.qualified, kLookers) || StartsWithOneOf(call.qualified, kAssertions);
}

bool PassesThrough(std::string_view qualified) {
  return qualified == "std::move" || qualified == "std::forward" || qualified == "std::as_const";
}

bool IsThreadRelease(const SyntaxNode& call) {
  return (call.qualified == "std::thread::join" || call.qualified == "std::thread::detach");
}

class Climb {
 public:
  Climb(const SyntaxUnit& unit, const AcquireTable& table, int element)
      : unit_(unit), table_(table), element_(element) {}

  ValueUse From(std::uint32_t node) {
    is_array_ = element_ >= 0;
    while (node != 0) {
      const std::uint32_t above = unit_[node].parent;
      ValueUse use;
      if (!Step(node, above, &use)) return use;
      node = above;
    }
    return LetsGo();
  }

 private:
  /// Whether the value goes on upwards; else `use` is known.
  bool Step(std::uint32_t node, std::uint32_t above, ValueUse* use) {
    const SyntaxNode& parent = unit_[above];
    *use = Looks();
    switch (parent.kind) {
      case NodeKind::kCast:
        return parent.type != "void";
      case NodeKind::kConditional:
        if (parent.children.front() == node) return false;
        return true;
      case NodeKind::kBinary:
        return Binary(node, parent, use);
      case NodeKind::kUnary:
        return Unary(parent, use);
      case NodeKind::kMember:
        if (unit_[parent.parent].kind == NodeKind::kCall &&
            unit_.Child(parent.parent, 0) == above && !is_part_) {
          return true;  // the object of a method call
        }
        is_part_ = true;
        return true;
      case NodeKind::kIndex:
        return Index(node, above, use);
      case NodeKind::kCall:
        *use = Argument(node, above);
        return passes_;
      case NodeKind::kVariable:
      case NodeKind::kField:
        // A copy of the handle, or whether it is a good one, is followed no further.
        if (!is_part_) *use = LetsGo();
        return false;
      case NodeKind::kReturn:
        if (!is_part_ && !is_compared_) *use = LetsGo();
        return false;
      case NodeKind::kDelete:
      case NodeKind::kThrow:
      case NodeKind::kCapture:
      case NodeKind::kInitList:
      case NodeKind::kNew:
      case NodeKind::kConstructor:  // the value of an initialiser
        if (!is_part_) *use = LetsGo();
        return false;
      case NodeKind::kLambda:  // what a capture is initialised with
        *use = LetsGo();
        return false;
      case NodeKind::kOther:
        if (!IsStatementName(parent) && !is_part_) *use = LetsGo();
        return false;
      case NodeKind::kLoop:
        if (is_array_) *use = LetsGo();
        return false;
      default:
        return false;  // a statement: a condition, or nothing at all
    }
  }

  static bool IsStatementName(const SyntaxNode& node) { return !node.name.empty(); }  // a label

  bool Binary(std::uint32_t node, const SyntaxNode& parent, ValueUse* use) {
    const bool is_left = parent.children.front() == node;
    if (parent.name == "=") {
      if (is_left) {
        *use = {is_part_ ? What::kLooks : What::kAssigned, {}};
      } else if (!is_part_) {
        *use = LetsGo();
      }
      return false;
    }
    if (parent.name == ",") return !is_left;
    if (IsComparison(parent.name) || parent.name == "&&" || parent.name == "||") {
      is_compared_ = true;
      return !is_part_;  // `bool ok = fd >= 0`: what is known of it is not followed
    }
    return (parent.name == "+" || parent.name == "-") && parent.type.ends_with('*') && !is_part_;
  }

  bool Unary(const SyntaxNode& parent, ValueUse* use) {
    if (parent.name == "!") return (is_compared_ = true) && !is_part_;
    if (parent.name == "*") return is_part_ = true;
    if (parent.name != "&") return false;
    if (is_compared_) return false;
    if (!is_part_) is_address_ = true;
    is_part_ = false;  // where it is, or its part: whoever has that may keep it
    *use = LetsGo();
    return true;
  }

  bool Index(std::uint32_t node, std::uint32_t above, ValueUse* use) {
    if (unit_.Child(above, 0) != node) return false;  // an index
    if (!is_array_) return is_part_ = true;
    const SyntaxNode& number = unit_[WithoutCasts(unit_, unit_.Child(above, 1))];
    if (number.kind != NodeKind::kLiteral) {
      *use = LetsGo();
      return false;
    }
    if (number.name != std::to_string(element_)) return false;
    is_array_ = false;
    return true;
  }

  ValueUse Argument(std::uint32_t node, std::uint32_t above) {
    passes_ = false;
    const SyntaxNode& call = unit_[above];
    if (is_compared_) {
      // Only a result goes on. Of the program's own assertion macros nothing is known.
      return Looks();
    }
    const auto at = std::find(call.children.begin(), call.children.end(), node);
    auto argument = static_cast<int>(at - call.children.begin());
    const SyntaxNode& first = unit_[call.children.front()];
    const bool is_operator = call.name.starts_with("operator");
    const bool is_method_object = argument == 0 && first.kind == NodeKind::kMember;
    if (IsThreadRelease(call) && is_method_object) return LetsGo();
    if (is_method_object && is_part_) return Looks();
    if (is_part_ && !(call.qualified.starts_with("std::unique_ptr"))) return Looks();
    if (is_method_object) {
      if (call.is_system) return Looks();
      return call.id.empty() ? LetsGo() : ValueUse{What::kHands, {std::string(call.id), -1}};
    }
    if (PassesThrough(call.qualified)) {
      passes_ = true;
      return Looks();
    }
    if (OnlyLooks(call) || call.name == "operator<<" || call.name == "operator==" ||
        call.name == "operator!=") {
      return Looks();
    }
    if (is_operator || call.is_constructor) return LetsGo();
    if (table_.IsRelease(call.name)) return LetsGo();
    if (IsSystemC(call)) {
      return TakesOver(call.name) || is_array_ ? LetsGo() : Looks();
    }
    if (call.is_system || call.id.empty() || is_address_ || is_array_) return LetsGo();
    if (first.kind == NodeKind::kName || first.kind == NodeKind::kMember) --argument;
    if (argument < 0) return LetsGo();
    return {What::kHands, {std::string(call.id), argument}};
  }

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  const int element_;
  bool is_array_ = false;
  bool is_part_ = false;      ///< of what it points to
  bool is_compared_ = false;  ///< its value is a truth by now
  bool is_address_ = false;   ///< of the variable itself
  bool passes_ = false;
};

}  // namespace

bool IsSystemC(const SyntaxNode& call) {
  return call.is_system && call.qualified.find("::") == std::string_view::npos &&
         !call.name.starts_with("operator") && call.class_id.empty();
}

bool IsComparison(std::string_view op) {
  return op == "==" || op == "!=" || op == "<" || op == ">" || op == "<=" || op == ">=";
}

std::uint32_t WithoutCasts(const SyntaxUnit& unit, std::uint32_t index) {
  while (unit[index].kind == NodeKind::kCast && unit[index].children.size() == 1) {
    index = unit.Child(index, 0);
  }
  return index;
}

ValueUse UseOf(const SyntaxUnit& unit, const AcquireTable& table, std::uint32_t index,
               int element) {
  return Climb(unit, table, element).From(index);
}

}  // namespace memprof::scan
