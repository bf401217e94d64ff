// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/acquisitions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "runner/diagnose/pattern/release_names.h"
#include "runner/scan/collect/path_walk.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

/// Where a result goes.
struct Binding {
  enum class To { kElsewhere, kVariable, kMember, kNothing };
  To to = To::kElsewhere;
  std::uint32_t target = 0;       ///< the node that names the variable or member
  std::uint32_t declaration = 0;  ///< of the variable, where it is initialised
  std::set<HandedTo> handed;
};

bool IsRaw(std::string_view type) {
  if (type.ends_with(" const")) type.remove_suffix(6);
  if (type.ends_with("const")) type.remove_suffix(5);
  if (type.starts_with("const ") && !type.ends_with('*')) type.remove_prefix(6);
  return type.ends_with('*') || type == "int" || type == "long" || type == "unsigned long" ||
         type == "std::thread";
}

class Acquisitions {
 public:
  Acquisitions(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts)
      : unit_(unit), table_(table), facts_(facts) {
    for (std::uint32_t i = 0; i < unit.nodes.size(); ++i) {
      if (unit[i].kind == NodeKind::kVariable) declarations_.emplace(unit[i].id, i);
    }
  }

  void Collect() {
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      const SyntaxNode& node = unit_[i];
      if (node.kind == NodeKind::kNew && !IsPlacement(i)) {
        Acquire made;
        made.kind = ResourceKind::kMemory;
        made.releases = {"delete"};
        Add(i, made, "new " + std::string(node.written_type));
      } else if (node.kind == NodeKind::kCall) {
        Call(i);
      }
    }
  }

 private:
  void Call(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.qualified == "std::thread::thread" && StartsThread(index)) {
      Acquire thread;
      thread.kind = ResourceKind::kThread;
      thread.releases = {"join", "detach"};
      return Add(index, thread, "std::thread");
    }
    if (node.is_constructor || !node.class_id.empty() || node.name.empty()) return;
    const Acquire* const known = table_.Find(node.name);
    if (known != nullptr) {
      const bool is_c = node.qualified.find("::") == std::string_view::npos;
      if (is_c && (node.is_system || known->kind == ResourceKind::kObject)) {
        Add(index, *known, std::string(node.name));
      }
      return;
    }
    const bool has_own_name = !node.is_system && !node.id.empty() && node.type.ends_with('*');
    if (!has_own_name) return;
    Acquire named;
    named.kind = ResourceKind::kNamedObject;
    named.releases = ReleaseNamesFor(node.name);
    if (!named.releases.empty()) Add(index, named, std::string(node.name));
  }

  bool StartsThread(std::uint32_t index) const {
    const SyntaxNode& node = unit_[index];
    return node.is_constructor && !node.children.empty() &&
           unit_[WithoutCasts(unit_, node.children.front())].type.find("std::thread") ==
               std::string_view::npos;
  }

  /// `new (where) T`, and what is made for a parent that owns it.
  bool IsPlacement(std::uint32_t index) const {
    for (const std::uint32_t child : unit_[index].children) {
      const SyntaxNode& node = unit_[WithoutCasts(unit_, child)];
      if (node.kind == NodeKind::kLiteral) continue;
      if (node.type.ends_with('*')) return true;
      if (node.kind != NodeKind::kCall) continue;
      for (const std::uint32_t argument : node.children) {
        const std::string_view type = unit_[argument].type;
        const bool is_text = type.starts_with("const char") || type.starts_with("char");
        if (type.ends_with('*') && !is_text) return true;
      }
    }
    return false;
  }

  void Add(std::uint32_t call, const Acquire& acquire, const std::string& name) {
    if (acquire.argument > 0) return AddThroughArgument(call, acquire, name);
    const Binding binding = BindingOf(call, acquire.kind);
    switch (binding.to) {
      case Binding::To::kVariable: {
        Tracked tracked;
        tracked.call = call;
        tracked.variable = unit_[binding.target].id;
        tracked.declaration = binding.declaration;
        tracked.releases = acquire.releases;
        return AddLocal(tracked, acquire, name, unit_[binding.target]);
      }
      case Binding::To::kMember:
        return AddMember(call, acquire, name, binding.target);
      case Binding::To::kNothing:
        return AddDiscarded(call, acquire, name, binding);
      case Binding::To::kElsewhere:
        return;
    }
  }

  Binding BindingOf(std::uint32_t call, ResourceKind kind) const {
    std::uint32_t node = call;
    while (true) {
      const std::uint32_t above = unit_[node].parent;
      const SyntaxNode& parent = unit_[above];
      switch (parent.kind) {
        case NodeKind::kCast:
          if (parent.type == "void") return {};
          break;
        case NodeKind::kConditional:
          if (parent.children.front() == node) return Nothing();
          break;
        case NodeKind::kInitList:
          if (parent.children.size() != 1 || unit_[parent.parent].kind != NodeKind::kVariable) {
            return {};
          }
          break;
        case NodeKind::kVariable:
          return Variable(above);
        case NodeKind::kBinary:
          if (parent.name == "=" && parent.children.back() == node) {
            return Target(WithoutCasts(unit_, parent.children.front()));
          }
          return IsComparison(parent.name) && unit_[call].kind == NodeKind::kCall ? Nothing()
                                                                                  : Binding();
        case NodeKind::kUnary:
          return parent.name == "!" ? Nothing() : Binding();
        case NodeKind::kConstructor: {
          const auto at = std::find(parent.children.begin(), parent.children.end(), node);
          if (at == parent.children.begin()) return {};
          return Target(*(at - 1));
        }
        case NodeKind::kField:
          return {Binding::To::kMember, above, 0, {}};
        case NodeKind::kBlock:
        case NodeKind::kIf:
        case NodeKind::kLoop:
        case NodeKind::kCase:
          return unit_[call].kind == NodeKind::kCall ? Nothing() : Binding();
        case NodeKind::kCall:
          if (parent.name == "operator=" && kind == ResourceKind::kThread &&
              parent.children.size() == 2 && parent.children.back() == node) {
            return Target(parent.children.front());
          }
          return Passed(node, above);
        default:
          return {};
      }
      node = above;
    }
  }

  static Binding Nothing() { return {Binding::To::kNothing, 0, 0, {}}; }

  Binding Variable(std::uint32_t index) const {
    const SyntaxNode& node = unit_[index];
    if (node.storage != Storage::kLocal || !IsRaw(node.type)) return {};
    return {Binding::To::kVariable, index, index, {}};
  }

  Binding Target(std::uint32_t index) const {
    const SyntaxNode& node = unit_[index];
    if (node.kind == NodeKind::kMember && !node.id.empty() && IsRaw(node.type)) {
      // Of another object than this one: whoever has that may release it.
      const bool is_own = node.children.empty() || unit_[node.children[0]].kind == NodeKind::kThis;
      return is_own ? Binding{Binding::To::kMember, index, 0, {}} : Binding();
    }
    if (node.kind != NodeKind::kName || node.storage != Storage::kLocal) return {};
    if (!IsRaw(node.type)) return {};
    const auto declared = declarations_.find(node.id);
    return {
        Binding::To::kVariable, index, declared == declarations_.end() ? 0 : declared->second, {}};
  }

  /// `dup2(open(…), 1)`: nobody has the result any more.
  Binding Passed(std::uint32_t node, std::uint32_t above) const {
    const SyntaxNode& call = unit_[above];
    const ValueUse use = UseOf(unit_, table_, node);
    if (use.what == ValueUse::What::kHands && use.to.argument >= 0) {
      Binding binding = Nothing();
      binding.handed.insert(use.to);
      return binding;
    }
    return use.what == ValueUse::What::kLooks && IsSystemC(call) ? Nothing() : Binding();
  }

  void AddThroughArgument(std::uint32_t call, const Acquire& acquire, const std::string& name) {
    const std::uint32_t argument =
        WithoutCasts(unit_, unit_.Child(call, static_cast<std::size_t>(acquire.argument)));
    if (name == "pthread_create" && !IsNull(unit_.Child(call, 2))) return;
    std::uint32_t target = argument;
    if (acquire.elements == 0) {
      const SyntaxNode& address = unit_[argument];
      if (address.kind != NodeKind::kUnary || address.name != "&") return;
      target = unit_.Child(argument, 0);
    }
    const SyntaxNode& node = unit_[target];
    if (node.kind == NodeKind::kMember && !node.id.empty() && acquire.elements == 0) {
      const bool is_own = node.children.empty() || unit_[node.children[0]].kind == NodeKind::kThis;
      if (is_own) AddMember(call, acquire, name, target);
      return;
    }
    if (node.kind != NodeKind::kName || node.storage != Storage::kLocal) return;
    const auto declared = declarations_.find(node.id);
    Tracked tracked;
    tracked.call = call;
    tracked.variable = node.id;
    tracked.declaration = declared == declarations_.end() ? 0 : declared->second;
    tracked.succeeds_with_zero = acquire.succeeds_with_zero;
    tracked.result = ResultVariable(call);
    tracked.releases = acquire.releases;
    if (acquire.elements == 0) return AddLocal(tracked, acquire, name, node);
    for (tracked.element = acquire.elements - 1; tracked.element >= 0; --tracked.element) {
      AddLocal(tracked, acquire, name, node);
    }
  }

  bool IsNull(std::uint32_t index) const {
    const SyntaxNode& node = unit_[WithoutCasts(unit_, index)];
    return node.children.empty() &&
           (node.kind == NodeKind::kOther ||
            (node.kind == NodeKind::kLiteral &&
             (node.name == "nullptr" || node.name == "NULL" || node.name == "0")));
  }

  std::string_view ResultVariable(std::uint32_t call) const {
    const SyntaxNode& parent = unit_[unit_[call].parent];
    if (parent.kind == NodeKind::kVariable) return parent.id;
    if (parent.kind != NodeKind::kBinary || parent.name != "=") return {};
    return unit_[parent.children.front()].id;
  }

  void AddLocal(const Tracked& tracked, const Acquire& acquire, const std::string& name,
                const SyntaxNode& variable) {
    LocalResource local = Described(tracked.call, acquire, name);
    const std::uint32_t function = unit_.FunctionOf(tracked.call);
    if (function == 0 || local.function == "main") return;
    local.variable = variable.name;
    if (tracked.element >= 0) local.variable += "[" + std::to_string(tracked.element) + "]";
    local.type = variable.written_type;
    Walked walked = WalkPaths(unit_, table_, function, &tracked);
    if (walked.ways_out.empty()) return;
    local.ways_out = std::move(walked.ways_out);
    facts_->locals.insert_or_assign(local.place, std::move(local));
  }

  LocalResource Described(std::uint32_t call, const Acquire& acquire, const std::string& name) {
    LocalResource local;
    local.kind = acquire.kind;
    local.call = name;
    local.releases = acquire.releases;
    local.handle_type = unit_[call].type;
    local.place = unit_.PlaceOf(call);
    local.function = FunctionNameOf(unit_, call);
    return local;
  }

  void AddMember(std::uint32_t call, const Acquire& acquire, const std::string& name,
                 std::uint32_t target) {
    const SyntaxNode& node = unit_[target];
    MemberResource member;
    member.kind = acquire.kind;
    member.call = name;
    member.releases = acquire.releases;
    member.member = node.id;
    member.name = node.qualified;
    member.type = node.written_type;
    member.handle_type = unit_[call].type;
    member.class_id = node.class_id;
    member.place = unit_.PlaceOf(call);
    member.function = FunctionNameOf(unit_, call);
    if (!IsRaw(node.type) && acquire.argument == 0) return;
    facts_->members.emplace(member.place, std::move(member));
  }

  void AddDiscarded(std::uint32_t call, const Acquire& acquire, const std::string& name,
                    const Binding& binding) {
    if (acquire.kind != ResourceKind::kHandle && acquire.kind != ResourceKind::kObject) return;
    // A library is often loaded, and memory mapped over other, for good.
    if (name.starts_with("dl") || name.starts_with("mmap")) return;
    LocalResource local = Described(call, acquire, name);
    if (local.function.empty() || local.function == "main") return;
    local.ways_out = {{WayOut::How::kDiscarded, local.place, binding.handed, {}}};
    facts_->locals.emplace(local.place, std::move(local));
  }

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  ResourceFacts* const facts_;
  std::unordered_map<std::string_view, std::uint32_t> declarations_;
};

}  // namespace

std::string FunctionNameOf(const SyntaxUnit& unit, std::uint32_t index) {
  const std::uint32_t function = unit.NamedFunctionOf(index);
  return function == 0 ? std::string() : std::string(unit[function].qualified);
}

void CollectAcquisitions(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts) {
  Acquisitions(unit, table, facts).Collect();
}

}  // namespace memprof::scan
