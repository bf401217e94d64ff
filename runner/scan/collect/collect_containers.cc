// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/collect_containers.h"

#include <string>
#include <string_view>
#include <utility>

#include "runner/scan/collect/class_holders.h"
#include "runner/scan/collect/container_type.h"
#include "runner/scan/collect/container_uses.h"
#include "runner/scan/collect/intrusive_lists.h"
#include "runner/scan/collect/rebuilt_texts.h"
#include "runner/scan/collect/unit_index.h"

namespace memprof::scan {
namespace {

bool LivesLong(const SyntaxNode& node) {
  if (node.kind == NodeKind::kField) return true;
  return node.kind == NodeKind::kVariable && node.storage != Storage::kNone &&
         node.storage != Storage::kLocal;
}

/// Elements that hold what IsBuffer() knows: of a class of the code, its members tell.
bool HoldsBuffers(const UnitIndex& index, const SyntaxNode& variable) {
  const std::string_view element = ElementOf(variable.type);
  if (IsBuffer(element) || variable.type.find("[]>") != std::string_view::npos) return true;
  if (IsText(element)) {
    const std::string_view name = variable.name;
    for (const std::string_view hint : {"blob", "buffer", "payload", "chunk", "frame", "image"}) {
      if (name.find(hint) != std::string_view::npos) return true;
    }
    return false;
  }
  const std::string class_id = index.ClassIdOf(element);
  if (class_id.empty()) return false;
  for (const SyntaxNode& node : index.unit().nodes) {
    if (node.kind == NodeKind::kField && node.class_id == class_id && !IsText(node.type) &&
        IsBuffer(node.type)) {
      return true;
    }
  }
  return false;
}

void AddVariable(const UnitIndex& index, std::uint32_t at, ContainerFacts* facts) {
  const SyntaxNode& node = index.node(at);
  if (!LivesLong(node) || node.id.empty() || !IsContainer(node.type)) return;
  if (node.is_const || IsToConst(node.type) || HoldsCallablesOrThreads(node.type)) return;
  const bool is_reference = node.type.ends_with('&');
  if (is_reference && node.kind == NodeKind::kField) return;
  // A class of the code that is a container by its name has members that tell more.
  if (!IsStandardContainer(node.type) && !index.ClassIdOf(node.type).empty()) {
    const std::string class_id = index.ClassIdOf(node.type);
    for (const SyntaxNode& field : index.unit().nodes) {
      const bool holds =
          field.kind == NodeKind::kField && field.class_id == class_id && IsContainer(field.type);
      if (holds) return;
    }
  }
  ContainerVariable variable;
  variable.id = node.id;
  variable.is_definition = node.is_definition;
  variable.place = index.unit().PlaceOf(at);
  variable.qualified = node.qualified;
  variable.type = node.written_type;
  if (node.storage == Storage::kFunctionStatic) {
    variable.function = index.node(index.unit().NamedFunctionOf(at)).qualified;
  }
  if (node.kind == NodeKind::kField) variable.class_id = node.class_id;
  variable.is_pointer = IsPointerOrReference(node.type);
  variable.is_keyed = IsKeyed(node.type);
  variable.has_values = HasValues(node.type);
  variable.has_few_keys = HasFewKeys(
      node.type, [&index](std::string_view key) { return !index.ClassIdOf(key).empty(); });
  variable.holds_buffers = HoldsBuffers(index, node);
  variable.has_fixed_slots = IsFixedArray(node.type);
  facts->variables.insert(std::move(variable));
}

bool IsVariable(const SyntaxNode& node) {
  return node.kind == NodeKind::kVariable || node.kind == NodeKind::kField ||
         node.kind == NodeKind::kParameter;
}

/// The slot that an expression stands for; empty: none of interest.
std::string SlotNamed(const UnitIndex& index, std::uint32_t at) {
  const SyntaxNode& node = index.node(at);
  if (node.id.empty()) return {};
  if (node.kind == NodeKind::kCall) {
    const std::uint32_t function = index.Declared(node.id);
    if (function == 0 || node.is_system || node.is_constructor) return {};
    const std::string_view type = index.node(function).type;
    const bool gives = (IsPointerOrReference(type) && !IsToConst(type)) || IsIterator(type);
    return gives && MayLeadToContainer(type) ? std::string(node.id) + "#return" : std::string();
  }
  if (node.is_system) return {};
  const std::uint32_t declared = index.Declared(node.id);
  if (declared == 0) {
    // The name of a structured binding has no declaration here.
    const bool is_binding = node.kind == NodeKind::kName && MayLeadToContainer(node.type) &&
                            node.type.find('(') == std::string_view::npos;
    return is_binding ? std::string(node.id) : std::string();
  }
  const SyntaxNode& variable = index.node(declared);
  if (!IsVariable(variable)) return {};
  const bool is_alias = (IsPointerOrReference(variable.type) && !IsToConst(variable.type)) ||
                        IsIterator(variable.type) || IsSmartPointer(variable.type);
  if (!LivesLong(variable) && !is_alias) return {};
  if (!MayLeadToContainer(variable.type)) return {};
  return index.SlotOf(declared);
}

}  // namespace

ContainerFacts CollectContainers(const SyntaxUnit& unit) {
  ContainerFacts facts;
  const UnitIndex index(unit);
  ContainerUses uses(index, &facts);
  for (std::uint32_t i = 1; i < unit.nodes.size(); ++i) {
    const SyntaxNode& node = unit[i];
    switch (node.kind) {
      case NodeKind::kVariable:
      case NodeKind::kField:
        AddVariable(index, i, &facts);
        break;
      case NodeKind::kFunction:
      case NodeKind::kMethod:
      case NodeKind::kConstructor:
        if (node.is_definition) {
          facts.seen_functions.emplace(
              node.id, SeenFunction{std::string(node.name), node.kind == NodeKind::kConstructor});
        }
        break;
      case NodeKind::kName:
      case NodeKind::kMember:
      case NodeKind::kCall:
        if (const std::string slot = SlotNamed(index, i); !slot.empty()) uses.Follow(i, slot);
        break;
      default:
        break;
    }
  }
  CollectClassHolders(index, &facts);
  CollectIntrusiveLists(index, &facts);
  CollectRebuiltTexts(index, &facts);
  return facts;
}

}  // namespace memprof::scan
