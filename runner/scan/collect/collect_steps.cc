// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_steps.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runner/scan/collect/container_type.h"
#include "runner/scan/collect/lambda_captures.h"
#include "runner/scan/collect/library_calls.h"
#include "runner/scan/collect/owned_types.h"
#include "runner/scan/collect/step_writer.h"

namespace memprof::scan {
namespace {

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class StepCollector {
 public:
  StepCollector(const SyntaxUnit& unit, const FieldNames& fields, std::uint32_t index)
      : unit_(unit), fields_(fields), writer_(unit, index) {
    const SyntaxNode& node = unit_[index];
    FunctionSteps& function = writer_.function();
    for (const std::uint32_t child : node.children) {
      if (unit_[child].kind != NodeKind::kParameter) continue;
      writer_.Set(unit_[child].id, {writer_.NewRegister()});
      ++function.parameters;
    }
    Body(index);
  }

  CollectedSteps Take() { return {writer_.Take(), std::move(lambdas_)}; }

 private:
  /// Initialisers are pairs: the member, and what it gets.
  void Body(std::uint32_t index) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const SyntaxNode& node = unit_[children[i]];
      if (node.kind == NodeKind::kParameter) continue;
      const bool initialises = unit_[index].kind == NodeKind::kConstructor &&
                               node.kind == NodeKind::kMember && i + 1 < children.size() &&
                               unit_[children[i + 1]].kind != NodeKind::kBlock;
      if (!initialises) {
        Value(children[i]);
        continue;
      }
      const Registers values = Value(children[++i]);
      if (!values.empty())
        writer_.Store({{kThisRegister}, std::string(node.id), {}, false}, values, children[i - 1]);
    }
  }

  void Remove(StepKind kind, std::uint32_t what, std::uint32_t index) {
    const std::optional<Target> target = TargetOf(what);
    if (!target || target->member.empty()) return;
    Step& step = writer_.Emit(target->is_element ? StepKind::kTrim : kind, index);
    step.objects = target->objects;
    step.member = target->member;
  }

  /// The id of the field that it names; empty: it names none.
  std::string_view FieldOf(const SyntaxNode& node) const {
    if (node.kind != NodeKind::kMember || node.type == "<bound member function type>") return {};
    if (!node.id.empty()) return node.id;
    const auto known = fields_.find(node.name);
    return known == fields_.end() ? std::string_view() : known->second;
  }

  Registers ObjectOf(std::uint32_t member) {
    return unit_[member].children.empty() ? Registers{kThisRegister}
                                          : Value(unit_.Child(member, 0));
  }

  std::optional<Target> TargetOf(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const std::string_view field = FieldOf(node);
    if (!field.empty()) return Target{ObjectOf(index), std::string(field), {}, false};
    if (node.kind == NodeKind::kName && !node.id.empty()) {
      if (IsOutsideOfFunctions(node.storage))
        return Target{{kGlobalsRegister}, std::string(node.id), {}, false};
      return Target{{}, {}, node.id, false};
    }
    std::uint32_t within = 0;
    if (node.kind == NodeKind::kIndex) within = unit_.Child(index, 0);
    if (node.kind == NodeKind::kCall) {
      if (node.name == "operator[]") within = unit_.Child(index, 0);
      if (IsOneOf(node.name, {"at", "front", "back"})) {
        within = unit_.Child(unit_.Child(index, 0), 0);
      }
    }
    if (within == 0) return std::nullopt;
    std::optional<Target> target = TargetOf(within);
    if (target) target->is_element = true;
    return target;
  }

  Registers Assign(std::uint32_t left, std::uint32_t right, std::uint32_t index) {
    const Registers values = Value(right);
    const std::optional<Target> target = TargetOf(left);
    if (!target) {
      Value(left);
    } else if (IsNothing(unit_, right)) {
      Remove(StepKind::kClear, left, index);
      if (target->member.empty()) writer_.Set(target->local, writer_.Fresh(index));
    } else {
      writer_.Store(*target, values, index);
    }
    return values;
  }

  Registers All(std::uint32_t index, std::size_t from) {
    Registers all;
    const std::vector<std::uint32_t> children = unit_[index].children;
    for (std::size_t i = from; i < children.size(); ++i)
      StepWriter::Append(Value(children[i]), &all);
    return all;
  }

  Registers Named(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (const Registers* known = writer_.Find(node.id)) return *known;
    if (node.id.empty() || node.storage == Storage::kNone) return {};
    if (IsOutsideOfFunctions(node.storage)) return writer_.Read({kGlobalsRegister}, node.id, index);
    return writer_.Set(node.id, writer_.Fresh(index));
  }

  Registers Lambda(std::uint32_t index) {
    const Registers lambda = writer_.Fresh(index);
    lambdas_[index] = lambda.front();
    for (const Capture& capture : CapturesByValue(unit_, index)) {
      const Registers values = Value(capture.value);
      writer_.Set(capture.id, values);
      // The copy of what a reference refers to.
      std::string_view type = capture.type;
      while (type.ends_with("&")) type.remove_suffix(1);
      const TypeUse use = UseOfType(type, "");
      const bool is_shared = std::any_of(use.owned.begin(), use.owned.end(),
                                         [](const OwnedClass& each) { return each.is_shared; });
      if (!is_shared && !use.has_callable) continue;
      Step& step = writer_.Emit(StepKind::kCapture, capture.node);
      step.objects = lambda;
      step.values = values;
      step.member = capture.name;
    }
    for (const std::uint32_t child : unit_[index].children) {
      if (unit_[child].kind == NodeKind::kParameter)
        writer_.Set(unit_[child].id, writer_.Fresh(child));
      if (unit_[child].kind == NodeKind::kBlock) Value(child);
    }
    return lambda;
  }

  void Branches(std::uint32_t index) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    if (children.empty()) return;
    Value(children.front());
    writer_.Emit(StepKind::kBranch, index);
    for (std::size_t i = 1; i < children.size(); ++i) {
      if (i > 1) writer_.Emit(StepKind::kElse, index);
      Value(children[i]);
    }
    if (children.size() < 3) writer_.Emit(StepKind::kElse, index);
    writer_.Emit(StepKind::kJoin, index);
  }

  void Loop(std::uint32_t index) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    const bool is_range = children.size() == 3 && unit_[children[0]].kind == NodeKind::kVariable;
    if (!is_range) {
      All(index, 0);
      return;
    }
    writer_.Set(unit_[children[0]].id, Value(children[1]));
    Value(children[2]);
  }

  /// A copy of a callable holds what it holds; before C++17 a temporary is moved to its place.
  bool IsTheSame(std::uint32_t made, std::uint32_t argument) const {
    const SyntaxNode& from = unit_[argument];
    if (from.type.find("(lambda at") != std::string_view::npos) return true;
    const bool is_temporary = from.kind == NodeKind::kCall && !from.name.starts_with("operator");
    return is_temporary && ClassKey(from.type, "") == ClassKey(unit_[made].type, "");
  }

  Registers Construct(std::uint32_t index, std::string_view type, std::size_t from) {
    const SyntaxNode& node = unit_[index];
    std::vector<Registers> arguments;
    for (std::size_t i = from; i < node.children.size(); ++i) {
      arguments.push_back(Value(node.children[i]));
    }
    if (IsSharedPointer(type)) return arguments.empty() ? Registers{} : arguments.front();
    if (arguments.size() == 1 && IsTheSame(index, unit_.Child(index, from))) {
      return arguments.front();
    }
    const Registers made = writer_.Fresh(index);
    Step& step = writer_.Emit(StepKind::kCall, index);
    step.class_key = ClassKey(type, unit_.PlaceOf(index).file);
    step.objects = made;
    step.arguments = std::move(arguments);
    return made;
  }

  /// Methods of containers and pointers.
  std::optional<Registers> LibraryMethod(std::uint32_t index, std::uint32_t callee) {
    const std::string_view name = unit_[index].name;
    const std::uint32_t object = unit_.Child(callee, 0);
    if (object == 0) return std::nullopt;
    if (PutsIn(name)) {
      const Registers values = All(index, 1);
      std::optional<Target> target = TargetOf(object);
      if (!target) return values;
      target->is_element = true;
      writer_.Store(*target, values, index);
      return values;
    }
    if (name == "reset" && unit_[index].children.size() > 1) {
      return Assign(object, unit_.Child(index, 1), index);
    }
    if (Empties(name)) {
      Registers values = Value(object);
      Remove(StepKind::kClear, object, index);
      return values;
    }
    if (TakesOut(name)) {
      All(index, 1);
      Remove(StepKind::kTrim, object, index);
      return Registers{};
    }
    All(index, 1);
    return Value(object);
  }

  /// Functions of the library that hand on what they get.
  std::optional<Registers> LibraryFunction(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const std::uint32_t first = unit_.Child(index, 1);
    if (IsOneOf(node.name, {"make_shared", "make_unique", "allocate_shared", "make_intrusive"})) {
      const std::vector<std::string_view> made = TemplateArguments(node.type);
      return Construct(index, made.empty() ? node.type : made.front(),
                       node.name == "allocate_shared" ? 2 : 1);
    }
    if (IsOneOf(node.name, {"move", "exchange"}) && node.children.size() <= 3 && first != 0) {
      Registers values = Value(first);
      if (node.children.size() == 3) Value(unit_.Child(index, 2));
      const std::optional<Target> target = TargetOf(first);
      if (target && !target->member.empty()) Remove(StepKind::kClear, first, index);
      return values;
    }
    if (node.name == "swap") {
      for (std::size_t i = 1; i < node.children.size(); ++i) {
        Remove(StepKind::kClear, node.children[i], index);
      }
      return Registers{};
    }
    if (IsOneOf(node.name, {"erase", "erase_if"}) && first != 0) {
      Remove(StepKind::kTrim, first, index);
      return Registers{};
    }
    if (IsOneOf(node.name, {"bind", "bind_front"})) {
      const Registers callable = writer_.Fresh(index);
      for (std::size_t i = 1; i < node.children.size(); ++i) {
        const Registers values = Value(node.children[i]);
        if (!IsSharedPointer(unit_[node.children[i]].type)) continue;
        Step& step = writer_.Emit(StepKind::kCapture, index);
        step.objects = callable;
        step.values = values;
        step.member = "bind";
      }
      return callable;
    }
    return std::nullopt;
  }

  Registers Call(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const std::uint32_t callee = unit_.Child(index, 0);
    if (node.is_constructor) {
      return node.is_system ? All(index, 0) : Construct(index, node.type, 0);
    }
    if (node.name == "operator=" && node.children.size() == 2) {
      return Assign(callee, unit_.Child(index, 1), index);
    }
    if (node.name.starts_with("operator")) {
      const Registers object = callee == 0 ? Registers{} : Value(callee);
      All(index, 1);
      return IsOneOf(node.name, {"operator->", "operator*", "operator[]"}) ? object : Registers{};
    }
    const bool is_method = unit_[callee].kind == NodeKind::kMember;
    if (IsOneOf(node.name, {"shared_from_this", "weak_from_this"})) {
      return is_method ? ObjectOf(callee) : Registers{kThisRegister};
    }
    if (node.is_system || node.id.empty()) {
      const std::optional<Registers> known =
          is_method ? LibraryMethod(index, callee) : LibraryFunction(index);
      if (known) return *known;
      const Registers values = All(index, 1);
      return HandsOn(node.name) ? values : writer_.Fresh(index);
    }
    Registers objects;
    if (is_method) objects = ObjectOf(callee);
    std::vector<Registers> arguments;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      arguments.push_back(Value(node.children[i]));
    }
    const int result = writer_.NewRegister();
    Step& step = writer_.Emit(StepKind::kCall, index);
    step.result = result;
    step.objects = std::move(objects);
    step.member = node.id;
    step.arguments = std::move(arguments);
    return {result};
  }

  Registers Value(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    switch (node.kind) {
      case NodeKind::kThis:
        return {kThisRegister};
      case NodeKind::kName:
        return Named(index);
      case NodeKind::kMember:
        if (FieldOf(node).empty()) return All(index, 0);
        return writer_.Read(ObjectOf(index), FieldOf(node), index);
      case NodeKind::kCall:
        return Call(index);
      case NodeKind::kLambda:
        return Lambda(index);
      case NodeKind::kBinary:
        if (node.name == "=" && node.children.size() == 2) {
          return Assign(node.children[0], node.children[1], index);
        }
        All(index, 0);
        return {};
      case NodeKind::kUnary:
      case NodeKind::kIndex: {
        const Registers values = All(index, 0);
        const bool hands_on = node.kind == NodeKind::kIndex || node.name == "*" || node.name == "&";
        return hands_on ? values : Registers{};
      }
      case NodeKind::kConditional:
      case NodeKind::kCast:
      case NodeKind::kInitList:
      case NodeKind::kNew:
        return All(index, 0);
      case NodeKind::kVariable: {
        Registers values = All(index, 0);
        if (IsOutsideOfFunctions(node.storage)) {
          if (!values.empty())
            writer_.Store({{kGlobalsRegister}, std::string(node.id), {}, false}, values, index);
          return {};
        }
        if (values.empty()) values = writer_.Fresh(index);
        writer_.Set(node.id, values);
        return {};
      }
      case NodeKind::kReturn: {
        const Registers values = All(index, 0);
        writer_.Emit(StepKind::kReturn, index).values = values;
        return {};
      }
      case NodeKind::kIf:
        Branches(index);
        return {};
      case NodeKind::kLoop:
        Loop(index);
        return {};
      case NodeKind::kClass:
      case NodeKind::kFunction:
        return {};
      default:
        All(index, 0);
        return {};
    }
  }

  const SyntaxUnit& unit_;
  const FieldNames& fields_;
  StepWriter writer_;
  std::map<std::uint32_t, int> lambdas_;
};

}  // namespace

CollectedSteps CollectSteps(const SyntaxUnit& unit, const FieldNames& fields, std::uint32_t index) {
  return StepCollector(unit, fields, index).Take();
}

}  // namespace memprof::scan
