// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/container_uses.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "runner/scan/collect/container_limits.h"
#include "runner/scan/collect/container_method.h"
#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsAliasType(std::string_view type) {
  return (IsPointerOrReference(type) && !IsToConst(type)) || IsIterator(type) ||
         IsSmartPointer(type) || type.find("auto") != std::string_view::npos;
}

}  // namespace

void ContainerUses::Follow(std::uint32_t use, const std::string& slot) {
  use_ = use;
  slot_ = slot;
  Reached at{use, false, false};
  // Each step goes one node up, so it ends at the root at the latest.
  while (!at.ends && at.node != 0) at = Outwards(at);
}

void ContainerUses::Tell(ContainerUse use, std::uint32_t where, bool of_element,
                         std::string_view text, bool once) {
  ContainerUsed used;
  used.slot = slot_;
  used.use = use;
  used.of_element = of_element;
  if (index_.node(use_).kind == NodeKind::kMember) used.object = index_.ObjectOf(use_);
  used.at = index_.CodePlaceOf(where);
  used.at.once =
      used.at.once || once ||
      (use == ContainerUse::kGrows && IsWithinEmptyCheck(index_, where, index_.node(use_).id));
  used.text = text;
  facts_->uses.insert(std::move(used));
}

void ContainerUses::Alias(const std::string& slot, bool of_element) {
  if (slot.empty()) return Tell(ContainerUse::kEscapes, use_, of_element, "unknown");
  if (slot != slot_) facts_->aliases.insert({slot, slot_, of_element});
}

ContainerUses::Reached ContainerUses::Outwards(const Reached& from) {
  const Reached end{from.node, from.of_element, true};
  const std::uint32_t above = index_.node(from.node).parent;
  const SyntaxNode& node = index_.node(above);
  const std::string_view type = index_.node(from.node).type;
  const bool is_element = from.of_element || IsIterator(type);
  switch (node.kind) {
    case NodeKind::kMember:
      return FromMember(from, above);
    case NodeKind::kCast:
      return {above, from.of_element, false};
    case NodeKind::kUnary:
      if (node.name == "*") return {above, is_element, false};
      if (node.name == "&") return {above, from.of_element, false};
      return end;
    case NodeKind::kIndex:
      if (index_.unit().Child(above, 0) != from.node) return end;
      return {above, true, false};
    case NodeKind::kConditional:
      if (index_.IsCondition(from.node)) return end;
      return {above, from.of_element, false};
    case NodeKind::kCall:
      return FromCall(from, above);
    case NodeKind::kBinary:
      return FromBinary(from, above);
    case NodeKind::kVariable:
    case NodeKind::kField:
      Bound(from, above, node.type);
      return end;
    case NodeKind::kConstructor: {
      // An initialiser: the member that it is for stands before it.
      const auto at = std::find(node.children.begin(), node.children.end(), from.node);
      if (at == node.children.begin()) return end;
      const std::uint32_t member = index_.Declared(index_.node(*(at - 1)).id);
      if (member != 0) Bound(from, member, index_.node(member).type);
      return end;
    }
    case NodeKind::kReturn:
      Returned(from, above);
      return end;
    case NodeKind::kLoop:
      Iterated(from, above);
      return end;
    case NodeKind::kDelete:
      if (!is_element) Tell(ContainerUse::kTakesOut, above, false, "delete");
      return end;
    case NodeKind::kLambda:
      // `[&items = items_]`; of `[items_]` and `[&items_]` the body tells.
      if (node.name.find('=', 2) != std::string_view::npos) {
        Tell(ContainerUse::kEscapes, from.node, from.of_element, "lambda");
      }
      return end;
    case NodeKind::kInitList:
      Tell(ContainerUse::kEscapes, from.node, from.of_element, "initialiser");
      return end;
    case NodeKind::kOther:
      if (node.name.starts_with('[')) {
        Bindings(above);
      } else if (from.node == use_ && IsPointerOrReference(type)) {
        Tell(ContainerUse::kEscapes, from.node, from.of_element, "unknown");
      }
      return end;
    default:
      return end;
  }
}

ContainerUses::Reached ContainerUses::FromMember(const Reached& from, std::uint32_t member) {
  const SyntaxNode& node = index_.node(member);
  const SyntaxNode& call = index_.parent(member);
  if (call.kind == NodeKind::kCall && index_.unit().Child(node.parent, 0) == member) {
    return FromMethod(from, node.parent);
  }
  if (node.name == "second" || node.name == "first") return {member, true, false};
  return {member, from.of_element, true};
}

ContainerUses::Reached ContainerUses::FromMethod(const Reached& from, std::uint32_t call) {
  const Reached end{from.node, from.of_element, true};
  const SyntaxNode& node = index_.node(call);
  const std::string_view type = index_.node(from.node).type;
  if (IsIterator(type)) return end;
  if (IsSmartPointer(type)) {
    if (node.name == "get" || node.name == "value" || node.name == "load") {
      return {call, from.of_element, false};
    }
    const bool sets = IsOneOf(node.name, {"reset", "release", "swap", "store", "exchange"});
    if (sets && !from.of_element) Tell(ContainerUse::kTakesOut, call, false, node.name);
    return end;
  }
  const bool is_dependent = type.find("dependent") != std::string_view::npos ||
                            type.find("type-parameter") != std::string_view::npos;
  if (!IsContainer(type) && !is_dependent) return end;
  switch (EffectOf(node.name, IsStandardContainer(type))) {
    case MethodEffect::kGrows:
      Tell(ContainerUse::kGrows, call, from.of_element, node.name);
      if (node.name == "try_emplace") {
        Tell(ContainerUse::kLooksUp, call, from.of_element, node.name);
      }
      return {call, true, IsText(type)};
    case MethodEffect::kTakesOut:
      Tell(ContainerUse::kTakesOut, call, from.of_element, node.name);
      return end;
    case MethodEffect::kLooksUp:
      Tell(ContainerUse::kLooksUp, call, from.of_element, node.name);
      return {call, true, false};
    case MethodEffect::kElement:
      return {call, true, false};
    case MethodEffect::kSize:
      if (!from.of_element) Size(call, false);
      return end;
    case MethodEffect::kEmpty:
      if (!from.of_element) Size(call, true);
      return end;
    case MethodEffect::kReads:
      return end;
    case MethodEffect::kUnknown:
      break;
  }
  if (!index_.node(from.node).is_const) {
    Tell(ContainerUse::kEscapes, call, from.of_element, node.name);
  }
  return end;
}

ContainerUses::Reached ContainerUses::FromCall(const Reached& from, std::uint32_t call) {
  const SyntaxNode& node = index_.node(call);
  if (node.name.starts_with("operator") && !node.name.starts_with("operator ")) {
    return FromOperator(from, call);
  }
  return FromArgument(from, call);
}

ContainerUses::Reached ContainerUses::FromOperator(const Reached& from, std::uint32_t call) {
  const Reached end{from.node, from.of_element, true};
  const SyntaxNode& node = index_.node(call);
  const std::string_view type = index_.node(from.node).type;
  const bool is_first = index_.unit().Child(call, 0) == from.node;
  if (!is_first) {
    // `stream >> text` sets it; all others that are not seen read.
    if (node.name == "operator>>") {
      Tell(ContainerUse::kTakesOut, call, from.of_element, ">>");
    } else if (!node.is_system) {
      return FromArgument(from, call);
    }
    return end;
  }
  if (node.name == "operator*" || node.name == "operator->") {
    return {call, from.of_element || IsIterator(type), false};
  }
  if (node.name == "operator[]") {
    if (IsKeyed(type)) {
      // `m[k] = f()` within an initialiser of m's element is not told apart from one without.
      Tell(ContainerUse::kGrows, call, from.of_element, "operator[]");
    }
    return {call, true, false};
  }
  if (node.name == "operator+=") {
    if (IsContainer(type)) Tell(ContainerUse::kGrows, call, from.of_element, "+=");
    return end;
  }
  if (node.name == "operator=") {
    if (!from.of_element && IsContainer(type)) {
      // `s = s + x` grows.
      bool has_self = false;
      index_.unit().Walk(index_.unit().Child(call, 1), [&](std::uint32_t below) {
        has_self = has_self || index_.node(below).id == index_.node(use_).id;
        return !has_self;
      });
      const SyntaxNode& value = index_.node(index_.unit().Child(call, 1));
      const bool grows = has_self && value.name == "operator+";
      Tell(grows ? ContainerUse::kGrows : ContainerUse::kAssigns, call, false, "=");
    } else if (from.of_element && IsContainer(type)) {
      Tell(ContainerUse::kAssigns, call, true, "=");
    }
    return end;
  }
  if (node.name == "operator<<" && !IsStandardContainer(type) && IsContainer(type)) {
    Tell(ContainerUse::kGrows, call, from.of_element, "<<");
    return {call, from.of_element, false};
  }
  if (node.is_system) return end;
  return FromArgument(from, call);
}

ContainerUses::Reached ContainerUses::FromArgument(const Reached& from, std::uint32_t call) {
  const Reached end{from.node, from.of_element, true};
  const SyntaxNode& node = index_.node(call);
  const SyntaxNode& argument = index_.node(from.node);
  const bool is_operator = node.name.starts_with("operator") && node.name != "operator()";
  const SyntaxNode& callee = index_.node(index_.unit().Child(call, 0));
  const bool has_callee = !node.is_constructor && !is_operator &&
                          (callee.kind == NodeKind::kMember || callee.kind == NodeKind::kName);
  const auto at = std::find(node.children.begin(), node.children.end(), from.node);
  auto number = static_cast<std::size_t>(at - node.children.begin());
  if (has_callee) {
    if (number == 0) return end;
    --number;
  }
  if (node.is_system || (node.id.empty() && callee.qualified.starts_with("std::"))) {
    if (IsOneOf(node.name, {"forward", "addressof", "get", "as_const"})) {
      return {call, from.of_element, node.name == "as_const"};
    }
    if (IsOneOf(node.name, {"back_inserter", "front_inserter", "inserter"})) {
      Tell(ContainerUse::kGrows, call, from.of_element, node.name);
      return end;
    }
    if (IsOneOf(node.name, {"move", "exchange", "swap", "erase", "erase_if", "getline"})) {
      Tell(ContainerUse::kTakesOut, call, from.of_element, node.name);
      return end;
    }
    if (IsOneOf(node.name, {"begin", "end", "rbegin", "rend"})) return {call, true, false};
    if (IsOneOf(node.name, {"size", "ssize"}) && !from.of_element) {
      Size(call, false);
      return end;
    }
    if (IsIterator(argument.type) || argument.is_const) return end;
    if (node.is_constructor) {
      // A copy, or what binds to it: std::back_insert_iterator, std::reference_wrapper, guards.
      if (!IsContainer(node.type) && !IsIterator(node.type) && !IsSmartPointer(node.type)) {
        return end;
      }
      if (IsIterator(node.type) || IsSmartPointer(node.type)) {
        Tell(ContainerUse::kEscapes, call, from.of_element, node.name);
      }
      return end;
    }
    if (callee.kind == NodeKind::kMember) {
      if (IsOneOf(node.name, {"swap", "splice", "merge", "splice_after"})) {
        Tell(ContainerUse::kTakesOut, call, from.of_element, node.name);
      } else if (node.name.starts_with("emplace") && !IsText(argument.type)) {
        Tell(ContainerUse::kEscapes, call, from.of_element, node.name);
      }
      return end;
    }
  }
  std::string_view type = index_.ParameterType(node.id, number);
  if (type.empty()) type = ParameterOf(callee.type, number);
  if (type.empty() && node.is_system) return end;
  if (!type.empty() && (!IsPointerOrReference(type) || IsToConst(type)) && !IsIterator(type) &&
      !IsSmartPointer(type)) {
    return end;
  }
  if (from.of_element && !IsContainer(argument.type)) return end;
  const std::uint32_t function = index_.Declared(node.id);
  if (function == 0 || node.is_system || index_.node(function).is_virtual ||
      index_.ParameterType(node.id, number).empty()) {
    Tell(ContainerUse::kEscapes, call, from.of_element, node.name);
  } else {
    Alias(std::string(node.id) + "#" + std::to_string(number), from.of_element);
  }
  return end;
}

ContainerUses::Reached ContainerUses::FromBinary(const Reached& from, std::uint32_t binary) {
  const Reached end{from.node, from.of_element, true};
  const SyntaxNode& node = index_.node(binary);
  const std::uint32_t left = index_.unit().Child(binary, 0);
  if (node.name == ",") return end;
  if (node.name == "+" || node.name == "-") return {binary, from.of_element, false};
  if (node.name == "+=" && left == from.node && !IsPointerOrReference(index_.node(left).type)) {
    const std::string_view type = index_.node(from.node).type;
    if (IsContainer(type)) Tell(ContainerUse::kGrows, binary, from.of_element, "+=");
    return end;
  }
  if (node.name != "=") return end;
  if (left == from.node) {
    // Of a pointer: it holds another one from now on. Within templates: of the container itself.
    if (!from.of_element) Tell(ContainerUse::kAssigns, binary, false, "=");
    return end;
  }
  const std::uint32_t target = index_.Declared(index_.node(left).id);
  if (target != 0) {
    Bound(from, target, index_.node(target).type);
  } else if (IsPointerOrReference(index_.node(from.node).type)) {
    Tell(ContainerUse::kEscapes, binary, from.of_element, "=");
  }
  return end;
}

void ContainerUses::Bound(const Reached& from, std::uint32_t declaration, std::string_view type) {
  if (!IsAliasType(type)) return;
  Alias(index_.SlotOf(declaration), from.of_element || IsIterator(type));
}

void ContainerUses::Bindings(std::uint32_t other) {
  // `auto& [key, items] = …`: the names are known where they are used.
  const SyntaxUnit& unit = index_.unit();
  std::uint32_t scope = unit[other].parent;
  if (unit[scope].kind == NodeKind::kDeclarations) scope = unit[scope].parent;
  for (const std::uint32_t binding : unit[other].children) {
    if (unit[binding].kind != NodeKind::kOther || unit[binding].name.empty()) continue;
    std::string id;
    unit.Walk(scope, [&](std::uint32_t below) {
      const SyntaxNode& node = unit[below];
      if (id.empty() && node.kind == NodeKind::kName && node.name == unit[binding].name &&
          index_.Declared(node.id) == 0) {
        id = node.id;
      }
      return id.empty();
    });
    if (!id.empty()) Alias(id, true);
  }
}

void ContainerUses::Returned(const Reached& from, std::uint32_t statement) {
  const SyntaxUnit& unit = index_.unit();
  const std::uint32_t function = unit.FunctionOf(statement);
  if (function == 0) return;
  const SyntaxNode& node = unit[function];
  if (node.kind == NodeKind::kLambda) {
    if (IsPointerOrReference(index_.node(from.node).type)) {
      Tell(ContainerUse::kEscapes, from.node, from.of_element, "return");
    }
    return;
  }
  if (!IsAliasType(node.type)) return;
  if (from.of_element && !IsIterator(node.type) && !IsContainer(node.type)) return;
  if (node.is_virtual) return Tell(ContainerUse::kEscapes, from.node, from.of_element, "return");
  Alias(std::string(node.id) + "#return", from.of_element);
}

void ContainerUses::Iterated(const Reached& from, std::uint32_t loop) {
  const SyntaxUnit& unit = index_.unit();
  const std::uint32_t first = unit.Child(loop, 0);
  if (first == from.node) return;
  if (unit[first].kind == NodeKind::kVariable && IsAliasType(unit[first].type)) {
    Alias(index_.SlotOf(first), true);
  } else if (unit[first].kind == NodeKind::kOther) {
    Bindings(first);
  }
}

void ContainerUses::Size(std::uint32_t call, bool is_empty) {
  if (is_empty && ReturnsWhenFilled(index_, call)) {
    Tell(ContainerUse::kLimits, call, false, "empty");
  }
  if (!is_empty && ComparesSize(index_, call)) Tell(ContainerUse::kLimits, call, false, "size");
}

}  // namespace memprof::scan
