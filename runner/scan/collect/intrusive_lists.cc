// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/intrusive_lists.h"

#include <string>
#include <string_view>
#include <vector>

#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

bool IsHead(const SyntaxNode& node) {
  return node.kind == NodeKind::kVariable && node.storage != Storage::kNone &&
         node.storage != Storage::kLocal && node.type.ends_with('*') && !node.is_const;
}

class Collector {
 public:
  Collector(const UnitIndex& index, ContainerFacts* facts)
      : index_(index), unit_(index.unit()), facts_(facts) {}

  void LookAt(std::uint32_t use) {
    const SyntaxNode& node = unit_[use];
    if (node.storage == Storage::kNone || node.storage == Storage::kLocal) return;
    const std::uint32_t head = index_.Declared(node.id);
    if (head == 0 || !IsHead(unit_[head])) return;
    const std::uint32_t above = node.parent;
    const bool is_written = unit_[above].kind == NodeKind::kBinary && unit_[above].name == "=" &&
                            unit_.Child(above, 0) == use;
    if (is_written) {
      if (Links(above, head)) return;
      facts_->list_unlinks.emplace(node.id);
      return;
    }
    // Its address is taken, or something refers to it: it may be written there.
    const SyntaxNode& user = unit_[above];
    const bool has_address = user.kind == NodeKind::kUnary && user.name == "&";
    const bool is_bound =
        user.kind == NodeKind::kVariable && user.type.ends_with('&') && !IsToConst(user.type);
    bool is_passed = false;
    if (user.kind == NodeKind::kCall) {
      std::size_t number = 0;
      for (; number < user.children.size() && user.children[number] != use; ++number) {
      }
      const bool has_callee = !user.is_constructor && number > 0;
      const std::string_view type = index_.ParameterType(user.id, has_callee ? number - 1 : number);
      is_passed = user.is_system || type.ends_with("*&") || type.ends_with("* &");
    }
    const bool is_deleted = user.kind == NodeKind::kDelete;
    if (has_address || is_bound || is_passed || is_deleted) facts_->list_unlinks.emplace(node.id);
  }

 private:
  /// Whether `assignment`, "head = node", follows "node->next = head" in the same function.
  bool Links(std::uint32_t assignment, std::uint32_t head) {
    const SyntaxNode& value = unit_[unit_.Child(assignment, 1)];
    const bool is_this = value.kind == NodeKind::kThis;
    std::string_view node_id = value.id;
    if (value.kind == NodeKind::kUnary && value.name == "&") {
      node_id = unit_[value.children.empty() ? 0 : value.children.front()].id;
    }
    if (!is_this && node_id.empty()) return false;
    const std::uint32_t function = unit_.FunctionOf(assignment);
    if (function == 0) return false;
    bool links = false;
    unit_.Walk(function, [&](std::uint32_t below) {
      if (links) return false;
      const SyntaxNode& node = unit_[below];
      if (node.kind == NodeKind::kConstructor) links = is_this && InitialisesWith(node, head);
      if (node.kind != NodeKind::kBinary || node.name != "=" || below == assignment) return true;
      const SyntaxNode& left = unit_[unit_.Child(below, 0)];
      const SyntaxNode& right = unit_[unit_.Child(below, 1)];
      if (right.id != unit_[head].id || left.kind != NodeKind::kMember) return true;
      const SyntaxNode& object = unit_[left.children.empty() ? 0 : left.children.front()];
      const bool is_own = left.children.empty() || object.kind == NodeKind::kThis;
      links = is_this ? is_own : object.id == node_id;
      return true;
    });
    if (!links) return false;
    const SyntaxNode& declared = unit_[head];
    facts_->list_links.insert({std::string(declared.id), std::string(declared.qualified),
                               std::string(declared.written_type), unit_.PlaceOf(head),
                               index_.CodePlaceOf(assignment)});
    return true;
  }

  /// `Node::Node() : next_(head)`.
  bool InitialisesWith(const SyntaxNode& constructor, std::uint32_t head) const {
    for (std::size_t i = 0; i + 1 < constructor.children.size(); ++i) {
      const SyntaxNode& member = unit_[constructor.children[i]];
      if (member.kind == NodeKind::kMember && member.children.empty() &&
          unit_[constructor.children[i + 1]].id == unit_[head].id) {
        return true;
      }
    }
    return false;
  }

  const UnitIndex& index_;
  const SyntaxUnit& unit_;
  ContainerFacts* facts_;
};

}  // namespace

void CollectIntrusiveLists(const UnitIndex& index, ContainerFacts* facts) {
  Collector collector(index, facts);
  for (std::uint32_t i = 1; i < index.unit().nodes.size(); ++i) {
    if (index.node(i).kind == NodeKind::kName) collector.LookAt(i);
  }
}

}  // namespace memprof::scan
