// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/class_holders.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

class Collector {
 public:
  Collector(const UnitIndex& index, ContainerFacts* facts)
      : index_(index), unit_(index.unit()), facts_(facts) {}

  void Look(std::uint32_t at) {
    const SyntaxNode& node = unit_[at];
    switch (node.kind) {
      case NodeKind::kBase:
        facts_->holders.insert(
            {std::string(node.id), {}, std::string(unit_[node.parent].id), false});
        break;
      case NodeKind::kField:
      case NodeKind::kVariable:
        Declared(at);
        break;
      case NodeKind::kBinary:
        if (node.name == "=") Set(unit_.Child(at, 0), unit_.Child(at, 1), at);
        break;
      case NodeKind::kDelete:
        Set(unit_.Child(at, 0), 0, at);
        break;
      case NodeKind::kCall:
        Call(at);
        break;
      case NodeKind::kConstructor:
        Initialisers(at);
        break;
      case NodeKind::kName:
        Reference(at);
        break;
      default:
        break;
    }
  }

 private:
  static bool IsHeld(const SyntaxNode& node) {
    if (node.kind == NodeKind::kField) return !node.type.ends_with('&');
    return node.kind == NodeKind::kVariable && node.storage != Storage::kNone &&
           node.storage != Storage::kLocal;
  }

  /// Where a program includes a library of its own build with -isystem, it still calls it.
  static bool MayBeOfTheBuild(std::string_view qualified) {
    return qualified.find("::") != std::string_view::npos && !qualified.starts_with("std::") &&
           !qualified.starts_with("__gnu_cxx::");
  }

  void Declared(std::uint32_t at) {
    const SyntaxNode& node = unit_[at];
    if (!IsHeld(node) || node.id.empty()) return;
    const std::string class_id = index_.ClassIdOf(node.type);
    if (!class_id.empty() && !node.is_const && !IsToConst(node.type)) {
      facts_->holders.insert(
          {class_id, std::string(node.id), HolderClass(node), IsPointerOrReference(node.type)});
    }
    if (!class_id.empty() || IsContainer(node.type)) {
      for (const std::uint32_t child : node.children) Given(node.id, child, at, true);
    }
  }

  static std::string HolderClass(const SyntaxNode& node) {
    return node.kind == NodeKind::kField ? std::string(node.class_id) : std::string();
  }

  /// The class of the object that is made within `value`, by `new` or a make function.
  bool Makes(std::uint32_t value, std::string* class_id) const {
    bool makes = false;
    if (value == 0) return false;
    unit_.Walk(value, [&](std::uint32_t below) {
      const SyntaxNode& node = unit_[below];
      if (makes || node.kind == NodeKind::kLambda) return false;
      const bool is_make = node.kind == NodeKind::kCall &&
                           (node.name == "make_unique" || node.name == "make_shared");
      if (node.kind != NodeKind::kNew && !is_make) return true;
      makes = true;
      *class_id = index_.ClassIdOf(node.type);
      return false;
    });
    return makes;
  }

  void Given(std::string_view id, std::uint32_t value, std::uint32_t where, bool is_declared) {
    HolderSet set;
    set.variable_id = id;
    set.is_made = Makes(value, &set.made_class_id);
    set.is_declared = is_declared;
    set.place = unit_.PlaceOf(where);
    facts_->holder_sets.insert(std::move(set));
  }

  void Set(std::uint32_t target, std::uint32_t value, std::uint32_t where) {
    const SyntaxNode& node = unit_[target];
    if (node.kind != NodeKind::kName && node.kind != NodeKind::kMember) return;
    const std::uint32_t declared = index_.Declared(node.id);
    if (declared == 0 || !IsHeld(unit_[declared])) return;
    const std::string_view type = unit_[declared].type;
    if (index_.ClassIdOf(type).empty() && !IsContainer(type)) return;
    if (node.kind == NodeKind::kMember && index_.ObjectOf(target).kind == ObjectKind::kLocal) {
      return;
    }
    const SyntaxNode& function = unit_[unit_.NamedFunctionOf(where)];
    if (function.kind == NodeKind::kDestructor) return;
    const bool is_own_constructor =
        function.kind == NodeKind::kConstructor && function.class_id == unit_[declared].class_id;
    Given(node.id, value, where, is_own_constructor);
  }

  void Initialisers(std::uint32_t at) {
    const SyntaxNode& node = unit_[at];
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const SyntaxNode& member = unit_[node.children[i]];
      if (member.kind != NodeKind::kMember || !member.children.empty()) continue;
      const std::uint32_t declared = index_.Declared(member.id);
      if (declared == 0 || !IsHeld(unit_[declared])) continue;
      const std::string_view type = unit_[declared].type;
      if (index_.ClassIdOf(type).empty() && !IsContainer(type)) continue;
      Given(member.id, node.children[i + 1], node.children[i], true);
    }
  }

  void Call(std::uint32_t at) {
    const SyntaxNode& node = unit_[at];
    if (node.name == "operator=") Set(unit_.Child(at, 0), unit_.Child(at, 1), at);
    const std::uint32_t callee = unit_.Child(at, 0);
    if (node.name == "reset" && unit_[callee].kind == NodeKind::kMember) {
      Set(unit_.Child(callee, 0), unit_.Child(at, 1), at);
    }
    if (node.name == "move" || node.name == "swap" || node.name == "exchange") {
      for (const std::uint32_t argument : node.children) Set(argument, 0, at);
    }
    if (node.id.empty() || (node.is_system && !MayBeOfTheBuild(node.qualified))) return;
    CallMade call;
    call.callee_id = node.id;
    if (!node.is_constructor && unit_[callee].kind == NodeKind::kMember) {
      call.object = index_.ObjectOf(callee);
    }
    AddCall(at, std::move(call));
  }

  void AddCall(std::uint32_t at, CallMade call) {
    const CodePlace from = index_.CodePlaceOf(at);
    call.caller_id = from.function_id;
    call.constructor_of = from.constructor_of;
    call.once = from.once;
    call.from_main = from.function == "main";
    call.in_loop = from.in_loop;
    facts_->calls.insert(std::move(call));
  }

  /// A function that is named and not called: whoever gets it calls it as often as it likes.
  void Reference(std::uint32_t at) {
    const SyntaxNode& node = unit_[at];
    const std::uint32_t function = index_.Declared(node.id);
    if (function == 0 || !IsFunction(unit_[function])) return;
    const SyntaxNode& above = index_.parent(at);
    if (above.kind == NodeKind::kCall && unit_.Child(node.parent, 0) == at) return;
    facts_->calls.insert({std::string(node.id), {}, {}, {}, false, false, true});
  }

  const UnitIndex& index_;
  const SyntaxUnit& unit_;
  ContainerFacts* facts_;
};

}  // namespace

void CollectClassHolders(const UnitIndex& index, ContainerFacts* facts) {
  Collector collector(index, facts);
  for (std::uint32_t i = 1; i < index.unit().nodes.size(); ++i) collector.Look(i);
}

}  // namespace memprof::scan
