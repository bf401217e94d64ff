// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_registries.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/scan/collect/container_type.h"
#include "runner/scan/collect/lambda_captures.h"
#include "runner/scan/collect/library_calls.h"
#include "runner/scan/collect/owned_types.h"

namespace memprof::scan {
namespace {

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Contains(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

std::string KeyOf(const Place& place) {
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

/// A map whose keys are numbers or addresses hands out tokens; one by name or enumeration is a
/// table of handlers, of which there are so many as there are names.
bool HasTokens(std::string_view key) {
  if (key.ends_with("*")) return true;
  return IsOneOf(
      key, {"int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long"});
}

/// Whether it is a container of callables, or by its name one of pointers to observers.
bool IsRegistry(const SyntaxNode& node) {
  const std::string_view type = node.type;
  if (!HoldsElements(type) || IsPointerOrReference(type) || node.is_const) return false;
  const std::vector<std::string_view> arguments = TemplateArguments(type);
  if (arguments.empty()) return false;
  const bool is_map = TemplateName(type).find("map") != std::string_view::npos;
  if (is_map && !HasTokens(arguments.front())) return false;
  const std::string_view element = is_map && arguments.size() > 1 ? arguments[1] : arguments[0];
  if (IsCallable(element)) return true;
  if (HoldsElements(element) && !TemplateArguments(element).empty() &&
      IsCallable(TemplateArguments(element).back())) {
    return true;
  }
  if (TemplateName(element) == "std::pair" && UseOfType(element, "").has_callable) return true;
  const bool is_observer = Contains(
      node.name, {"observer", "listener", "subscriber", "Observer", "Listener", "Subscriber"});
  return is_observer && element.ends_with("*");
}

class RegistryCollector {
 public:
  RegistryCollector(const SyntaxUnit& unit, OwnershipFacts* facts) : unit_(unit), facts_(*facts) {}

  void Collect() {
    for (std::uint32_t i = 1; i < unit_.nodes.size(); ++i) {
      const SyntaxNode& node = unit_[i];
      switch (node.kind) {
        case NodeKind::kField:
        case NodeKind::kVariable:
          Declared(i);
          break;
        case NodeKind::kMember:
        case NodeKind::kName:
          if (!node.id.empty()) Used(i);
          break;
        case NodeKind::kConstructor:
          Given(i);
          break;
        case NodeKind::kCall:
          if (!node.is_system && !node.id.empty() && !node.is_constructor) Called(i);
          break;
        default:
          break;
      }
    }
  }

 private:
  void Declared(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.kind == NodeKind::kVariable && !IsOutsideOfFunctions(node.storage)) return;
    const Place place = unit_.PlaceOf(index);
    if (IsRegistry(node)) {
      RegistryFact fact;
      fact.id = node.id;
      fact.qualified = node.qualified;
      fact.type = node.written_type.empty() ? node.type : node.written_type;
      fact.place = place;
      fact.is_static = node.kind == NodeKind::kVariable;
      const std::uint32_t owner = unit_.ClassOf(index);
      if (!fact.is_static && owner != 0) fact.class_key = KeyOfClass(unit_, owner);
      facts_.registries.emplace(fact.id, std::move(fact));
    }
    if (node.kind != NodeKind::kVariable) return;
    for (const OwnedClass& each : UseOfType(node.type, place.file).owned) {
      facts_.long_lived.emplace(each.key + " " + KeyOf(place),
                                LongLived{each.key, true, std::string(node.qualified), place});
    }
    // `static Bus* bus = new Bus` never dies either.
    if (node.type.ends_with("*") || node.type.ends_with("*const") || node.type.ends_with("&")) {
      const std::string key = ClassKey(node.type, place.file);
      facts_.long_lived.emplace(key + " " + KeyOf(place),
                                LongLived{key, true, std::string(node.qualified), place});
    }
  }

  /// A constructor that is given a reference: what it refers to outlives the object.
  void Given(std::uint32_t constructor) {
    for (const std::uint32_t child : unit_[constructor].children) {
      const SyntaxNode& node = unit_[child];
      if (node.kind != NodeKind::kParameter) continue;
      const bool is_reference = node.type.ends_with("&") && !node.type.ends_with("&&");
      const bool refers = (is_reference && !node.type.starts_with("const ")) ||
                          node.type.ends_with("*") || IsSharedPointer(node.type);
      if (!refers) continue;
      const Place place = unit_.PlaceOf(child);
      const std::vector<std::string_view> arguments = TemplateArguments(node.type);
      const std::string key =
          ClassKey(IsSharedPointer(node.type) && !arguments.empty() ? arguments.front() : node.type,
                   place.file);
      if (key == KeyOfClass(unit_, unit_.ClassOf(child)) || unit_[constructor].class_id.empty()) {
        continue;
      }
      facts_.long_lived.emplace(
          key + " " + KeyOf(place),
          LongLived{key, false, std::string(unit_[constructor].qualified), place});
    }
  }

  void Used(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const bool may_be = node.kind == NodeKind::kMember ? !node.class_id.empty()
                                                       : IsOutsideOfFunctions(node.storage);
    if (!may_be || !HoldsElements(node.type)) return;
    std::uint32_t parent = unit_[index].parent;
    const SyntaxNode* above = &unit_[parent];
    // The initialiser of a constructor.
    if (above->kind == NodeKind::kConstructor) return;
    if (above->kind == NodeKind::kMember) {
      const std::uint32_t call = above->parent;
      if (unit_[call].kind == NodeKind::kCall && unit_.Child(call, 0) == parent) {
        return Method(index, call);
      }
      return;
    }
    if (above->kind == NodeKind::kLoop) return;
    if (above->kind == NodeKind::kCall && above->name == "operator[]")
      return Element(index, parent);
    if (above->kind == NodeKind::kReturn) {
      const std::uint32_t function = unit_.FunctionOf(parent);
      const std::string_view type = unit_[function].type;
      if (!type.ends_with("&") || type.starts_with("const ")) return;
    }
    if (above->kind == NodeKind::kVariable &&
        (!above->type.ends_with("&") || above->type.starts_with("const "))) {
      return;  // a copy, or to read
    }
    if (above->kind == NodeKind::kCall && above->is_constructor && above->is_system) return;
    if (above->kind == NodeKind::kCall &&
        IsOneOf(above->name, {"size", "ssize", "begin", "end", "cbegin", "cend", "empty",
                              "as_const", "back_inserter", "inserter"})) {
      return;
    }
    Add(index, RegistryUseKind::kClear, std::string(above->name), parent);
  }

  void Method(std::uint32_t index, std::uint32_t call) {
    const std::string_view name = unit_[call].name;
    if (PutsIn(name)) {
      return Add(index, RegistryUseKind::kAdd, std::string(name), call);
    }
    if (IsOneOf(name,
                {"erase", "remove", "remove_if", "pop", "pop_back", "pop_front", "extract"})) {
      return Add(index, RegistryUseKind::kRemove, std::string(name), call);
    }
    if (IsOneOf(name,
                {"size", "empty", "begin", "end", "cbegin", "cend", "rbegin", "rend", "find",
                 "count", "contains", "at", "front", "back", "reserve", "capacity", "data"})) {
      return;
    }
    Add(index, RegistryUseKind::kClear, std::string(name), call);
  }

  /// `handlers[key] = f` adds, `handlers[key].push_back(f)` too.
  void Element(std::uint32_t index, std::uint32_t element) {
    const bool is_map = TemplateName(unit_[index].type).find("map") != std::string_view::npos;
    const std::uint32_t parent = unit_[element].parent;
    const SyntaxNode& above = unit_[parent];
    const bool assigns = (above.kind == NodeKind::kCall && above.name == "operator=") ||
                         (above.kind == NodeKind::kBinary && above.name == "=");
    if (assigns && unit_.Child(parent, 0) == element) {
      // A place of a vector that is used again is no growth.
      return Add(index, is_map ? RegistryUseKind::kAdd : RegistryUseKind::kClear, "operator[]",
                 parent);
    }
    if (above.kind != NodeKind::kMember) return;
    Method(index, above.parent);
  }

  void Add(std::uint32_t index, RegistryUseKind kind, std::string what, std::uint32_t call) {
    RegistryUse use;
    use.registry = unit_[index].id;
    use.kind = kind;
    use.what = std::move(what);
    use.place = unit_.PlaceOf(call);
    const std::uint32_t function = unit_.NamedFunctionOf(index);
    const SyntaxNode& node = unit_[function];
    use.function = node.qualified;
    use.function_id = node.id;
    const bool is_own = node.class_id == unit_[index].class_id;
    use.in_constructor = node.kind == NodeKind::kConstructor && is_own;
    use.in_destructor = node.kind == NodeKind::kDestructor && is_own;
    for (const std::uint32_t child : node.children) {
      use.has_parameters = use.has_parameters || unit_[child].kind == NodeKind::kParameter;
    }
    std::string key = KeyOf(use.place) + " " + use.what;
    facts_.registry_uses.emplace(std::move(key), std::move(use));
  }

  bool GivesItself(std::uint32_t argument) const {
    bool gives = false;
    unit_.Walk(argument, [&](std::uint32_t index) {
      const SyntaxNode& node = unit_[index];
      if (node.kind == NodeKind::kLambda) {
        gives = gives || CapturesThis(unit_, index);
        return false;
      }
      if (node.kind == NodeKind::kMember) return false;
      if (node.kind == NodeKind::kThis) gives = true;
      return !gives;
    });
    if (gives || unit_[argument].kind != NodeKind::kName) return gives;
    // A lambda that has a name.
    const std::uint32_t function = unit_.NamedFunctionOf(argument);
    unit_.Walk(function, [&](std::uint32_t index) {
      if (unit_[index].kind == NodeKind::kVariable && unit_[index].id == unit_[argument].id &&
          !unit_[index].children.empty() &&
          unit_[unit_[index].children.back()].kind == NodeKind::kLambda) {
        gives = CapturesThis(unit_, unit_[index].children.back());
      }
      return true;
    });
    return gives;
  }

  bool GivesCaptures(std::uint32_t call) const {
    bool gives = false;
    unit_.Walk(call, [&](std::uint32_t index) {
      gives = gives || (unit_[index].kind == NodeKind::kLambda && unit_[index].name.size() > 2);
      return !gives;
    });
    return gives;
  }

  bool DropsResult(std::uint32_t call) const {
    const std::uint32_t parent = unit_[call].parent;
    const SyntaxNode& above = unit_[parent];
    if (above.kind == NodeKind::kBlock || above.kind == NodeKind::kIf ||
        above.kind == NodeKind::kLoop) {
      return true;
    }
    if (above.kind == NodeKind::kCast) return above.type == "void";
    const bool keeps = above.kind == NodeKind::kVariable || above.kind == NodeKind::kConstructor ||
                       (above.kind == NodeKind::kBinary && above.name == "=");
    return keeps && IsOneOf(unit_[call].type, {"int", "unsigned int", "long", "unsigned long",
                                               "bool", "long long", "unsigned long long"});
  }

  void Called(std::uint32_t index) {
    const std::uint32_t function = unit_.NamedFunctionOf(index);
    const SyntaxNode& caller = unit_[function];
    OwnCall call;
    call.function_id = unit_[index].id;
    call.qualified = unit_[index].qualified;
    call.caller = caller.qualified;
    call.place = unit_.PlaceOf(index);
    if (!caller.class_id.empty()) {
      call.class_key = caller.qualified.substr(0, caller.qualified.rfind("::"));
      if (caller.class_id.find("@aN@") != std::string_view::npos) {
        call.class_key += "@" + unit_.PlaceOf(function).file;
      }
    }
    const std::vector<std::uint32_t>& children = unit_[index].children;
    for (std::size_t i = 1; i < children.size() && !call.gives_itself; ++i) {
      call.gives_itself = !call.class_key.empty() && GivesItself(children[i]);
    }
    call.drops_result = DropsResult(index);
    call.drops_token = caller.kind == NodeKind::kConstructor && call.drops_result &&
                       unit_[index].type != "void" && GivesCaptures(index);
    std::string key = KeyOf(call.place) + " " + call.qualified;
    facts_.own_calls.emplace(std::move(key), std::move(call));
  }

  const SyntaxUnit& unit_;
  OwnershipFacts& facts_;
};

}  // namespace

void CollectRegistries(const SyntaxUnit& unit, OwnershipFacts* facts) {
  RegistryCollector(unit, facts).Collect();
}

}  // namespace memprof::scan
