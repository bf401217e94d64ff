// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/held_shape.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "runner/analyze/type_name.h"
#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/name_words.h"

namespace memprof {
namespace {

HeldBody BodyOf(ContainerGroup kind) {
  switch (kind) {
    case ContainerGroup::kSequence:
      return HeldBody::kSequence;
    case ContainerGroup::kKeyed:
      return HeldBody::kKeyed;
    case ContainerGroup::kSet:
      return HeldBody::kSet;
    case ContainerGroup::kString:
      return HeldBody::kString;
    default:
      return HeldBody::kUnknown;
  }
}

bool IsTreeOrHashNode(std::string_view type) {
  return type.starts_with("std::_Rb_tree_node<") ||
         type.starts_with("std::__detail::_Hash_node<") || type.starts_with("std::__tree_node<") ||
         type.starts_with("std::__hash_node<");
}

bool IsListNode(std::string_view type) {
  return type.starts_with("std::_List_node<") || type.starts_with("std::_Fwd_list_node<") ||
         type.starts_with("std::__list_node<");
}

/// "std::pair<int const, A>" of a node of a map; the key's type of a set's.
std::string NodeValue(const std::string& node) {
  const std::vector<std::string> arguments = TemplateArguments(node);
  return arguments.empty() ? "" : arguments.front();
}

void SetContainer(const std::string& type, HeldShape* shape) {
  shape->container = WithoutPointers(type);
  shape->body = BodyOf(GroupOfContainer(shape->container));
  const std::string element = ElementOf(shape->container);
  shape->by_pointer = IsPointerType(element);
  shape->borrows = element.ends_with("*") || element.starts_with("std::weak_ptr<");
  shape->element = WithoutPointers(element);
}

/// By a node or an array on the path, for holders whose own type says nothing.
void SetByStep(const std::string& type, HeldShape* shape) {
  std::string element;
  if (IsTreeOrHashNode(type)) {
    element = NodeValue(type);
    const bool keyed = element.starts_with("std::pair<");
    shape->body = keyed ? HeldBody::kKeyed : HeldBody::kSet;
    const std::vector<std::string> pair = TemplateArguments(element);
    if (keyed && pair.size() > 1) element = pair[1];
  } else if (IsListNode(type)) {
    shape->body = HeldBody::kSequence;
    element = NodeValue(type);
  } else if (type.ends_with("[]")) {
    shape->body = HeldBody::kSequence;
    element = type.substr(0, type.size() - 2);
  } else {
    return;
  }
  shape->by_pointer = IsPointerType(element);
  shape->borrows = element.ends_with("*") || element.starts_with("std::weak_ptr<");
  shape->element = WithoutPointers(element);
}

/// Whether the nodes of a map stay as many, while what they keep grows.
bool AreFixed(const RetentionStep& nodes, const RetentionStep& last) {
  return IsTreeOrHashNode(nodes.type) && nodes.count_per_run == 0 &&
         (nodes.count <= 1 || nodes.count * 4 <= last.count);
}

/// Whether one object's member leads to many of the user's own type: it can only be the head of
/// their chain.
bool IsChainBehindMember(const std::vector<RetentionStep>& path, std::size_t i) {
  const RetentionStep& step = path[i];
  return step.count > 1 && (i == 0 || path[i - 1].count <= 1) && !step.what.empty() &&
         step.what != "second" && !step.type.empty() && !step.type.starts_with("std::") &&
         !step.type.ends_with("[]") && !step.type.ends_with("*") && !IsClosureType(step.type);
}

/// The first container on the path that grows: `what` of its step is its name.
void SetByPath(const std::vector<RetentionStep>& path, std::size_t from, HeldShape* shape) {
  for (std::size_t i = from; i < path.size(); ++i) {
    HeldShape step;
    SetByStep(path[i].type, &step);
    const bool is_container =
        GroupOfContainer(path[i].type) != ContainerGroup::kNone && !path[i].type.ends_with("[]");
    if (step.body == HeldBody::kUnknown && is_container) SetContainer(path[i].type, &step);
    if (step.body == HeldBody::kUnknown && !is_container && IsChainBehindMember(path, i)) {
      step.body = HeldBody::kOwnNodes;
      step.element = path[i].type;
      step.by_pointer = true;
    }
    if (step.body == HeldBody::kUnknown) continue;
    if (i + 1 < path.size() && AreFixed(path[i], path.back())) continue;
    shape->body = step.body;
    shape->container = step.container;
    shape->element = step.element;
    shape->by_pointer = step.by_pointer;
    shape->borrows = step.borrows;
    // The value of a map's node is no member that code could call by name.
    if (!path[i].what.empty() && path[i].what != "second" && !is_container) {
      shape->name = LastName(path[i].what);
      shape->accessor.clear();
    }
    return;
  }
}

/// A map whose nodes are fixed: the container is what they keep.
void StepIntoFixedNodes(const Finding& finding, HeldShape* shape) {
  if (shape->body != HeldBody::kKeyed || finding.retention_path.size() < 2) return;
  if (!AreFixed(finding.retention_path.front(), finding.retention_path.back())) return;
  const std::string inner = shape->element;
  if (GroupOfContainer(inner) != ContainerGroup::kNone) {
    SetContainer(inner, shape);
  } else {
    SetByPath(finding.retention_path, 1, shape);
  }
}

/// "thumbnails_" of "gallery::Thumbnails()::cache.thumbnails_", "cache" without that member, and
/// "Thumbnails" as the function that gives it.
void SetNames(const HeldBy& holder, HeldShape* shape) {
  std::string symbol = holder.symbol;
  const std::size_t bracket = symbol.find(" (");
  if (bracket != std::string::npos) return;  // "thread-specific data (…)": nothing that code calls
  const std::size_t call = symbol.rfind("()::");
  const std::size_t dot = symbol.find('.', call == std::string::npos ? 0 : call);
  shape->name = LastName(symbol);
  if (dot == std::string::npos && holder.kind == HolderKind::kFunctionStatic) {
    shape->accessor = LastName(
        call == std::string::npos ? holder.function : std::string_view(symbol).substr(0, call));
  }
}

/// Functions that make room for one more element; a constructor or assign() makes the element.
constexpr std::array<std::string_view, 13> kInsertions = {
    "push_back",  "emplace_back", "push_front",       "emplace_front", "push",
    "emplace",    "insert",       "insert_or_assign", "try_emplace",   "emplace_hint",
    "operator[]", "append",       "operator+="};

void SetByFrames(const Finding& finding, HeldShape* shape) {
  const std::string* outermost = nullptr;
  for (const Frame& frame : finding.stack) {
    if (frame.function.starts_with("std::") || frame.function.starts_with("__gnu_cxx::")) {
      outermost = &frame.function;
    } else if (outermost != nullptr) {
      break;
    }
  }
  if (outermost == nullptr) return;
  for (const std::string_view method : kInsertions) {
    const std::size_t at = outermost->find("::" + std::string(method));
    const std::size_t open = outermost->find('<');
    if (at == std::string::npos) continue;
    if (open != std::string::npos && open < at && AfterBracket(*outermost, open) > at) continue;
    SetContainer(outermost->substr(0, at), shape);
    return;
  }
}

}  // namespace

HeldShape ShapeOf(const Finding& finding) {
  HeldShape shape;
  const std::vector<RetentionStep>& path = finding.retention_path;
  if (!path.empty() && path.back().count > 0) {
    shape.block_bytes = path.back().bytes / path.back().count;
  }
  for (std::size_t i = 0; i < path.size() && !shape.closure; ++i) {
    if (IsClosureType(path[i].type) && !IsTreeOrHashNode(path[i].type)) shape.closure = i;
  }
  if (!finding.held_by) {
    SetByFrames(finding, &shape);
    return shape;
  }
  const HeldBy& holder = *finding.held_by;
  shape.held_by_static = holder.kind == HolderKind::kGlobal || holder.kind == HolderKind::kStatic ||
                         holder.kind == HolderKind::kFunctionStatic ||
                         holder.kind == HolderKind::kThreadLocal;
  SetNames(holder, &shape);
  SetContainer(holder.type, &shape);
  if (shape.body == HeldBody::kUnknown && !path.empty()) {
    const RetentionStep& first = path.front();
    if (holder.type.ends_with("*")) {
      if (WithoutPointers(holder.type) == first.type && first.count > 1) {
        shape.body = HeldBody::kOwnNodes;
        shape.element = first.type;
        shape.by_pointer = true;
      }
    } else if (holder.type.find("*[") != std::string::npos) {
      shape.body = HeldBody::kOwnTable;
      shape.element = first.type;
      shape.by_pointer = true;
    }
    if (shape.body == HeldBody::kUnknown) SetByPath(path, 0, &shape);
  }
  StepIntoFixedNodes(finding, &shape);
  return shape;
}

const char* BodyText(HeldBody body) {
  switch (body) {
    case HeldBody::kSequence:
      return "a sequence";
    case HeldBody::kKeyed:
      return "a container with keys";
    case HeldBody::kSet:
      return "a set";
    case HeldBody::kString:
      return "a string";
    case HeldBody::kOwnNodes:
      return "a chain of nodes";
    case HeldBody::kOwnTable:
      return "a table of nodes";
    default:
      return "not known";
  }
}

}  // namespace memprof
