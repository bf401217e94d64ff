// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/rebuilt_texts.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "runner/scan/collect/container_type.h"

namespace memprof::scan {
namespace {

/// Turns from which on a loop is worth a word.
constexpr long kFewTurns = 8;

class Collector {
 public:
  Collector(const UnitIndex& index, ContainerFacts* facts)
      : index_(index), unit_(index.unit()), facts_(facts) {}

  void LookAt(std::uint32_t at) {
    const SyntaxNode& call = unit_[at];
    if (call.name == "operator=" && IsText(call.type)) {
      const std::uint32_t target = unit_.Child(at, 0);
      if (!IsPlain(target) || !IsRebuiltBy(unit_.Child(at, 1), target)) return;
      Tell(at, target,
           std::string(unit_[target].name) + " = " + std::string(unit_[target].name) + " + …");
    } else if (call.name == "insert") {
      const std::uint32_t callee = unit_.Child(at, 0);
      const std::uint32_t target = unit_.Child(callee, 0);
      if (unit_[callee].kind != NodeKind::kMember || !IsText(unit_[target].type)) return;
      if (!IsPlain(target) || !IsAtBegin(unit_.Child(at, 1), target)) return;
      // `insert(0, width, ' ')` fills up once.
      if (call.children.size() != 3 || unit_[call.children[2]].type == "char") return;
      Tell(at, target, std::string(unit_[target].name) + ".insert(0, …)");
    }
  }

 private:
  /// A variable, or a member of this object or of a variable: not one of many elements.
  bool IsPlain(std::uint32_t target) const {
    const SyntaxNode& node = unit_[target];
    if (node.id.empty()) return false;
    if (node.kind == NodeKind::kName) return true;
    if (node.kind != NodeKind::kMember) return false;
    if (node.children.empty()) return true;
    const SyntaxNode& object = unit_[node.children.front()];
    if (object.kind == NodeKind::kThis) return true;
    return !node.is_arrow && object.kind == NodeKind::kName;
  }

  std::string_view RootId(std::uint32_t target) const {
    const SyntaxNode& node = unit_[target];
    const bool has_object = node.kind == NodeKind::kMember && !node.children.empty() &&
                            unit_[node.children.front()].kind == NodeKind::kName;
    return has_object ? unit_[node.children.front()].id : node.id;
  }

  /// Whether `value` begins with the text itself: "text + a + b", "std::string(text) + a",
  /// "format(…, text, …)".
  bool IsRebuiltBy(std::uint32_t value, std::uint32_t target) const {
    const SyntaxNode& node = unit_[value];
    if (node.kind != NodeKind::kCall) return false;
    if (node.name == "format" || node.name == "StrCat") {
      for (const std::uint32_t argument : node.children) {
        if (IsSame(argument, target)) return true;
      }
      return false;
    }
    if (node.name != "operator+") return false;
    std::uint32_t first = value;
    while (unit_[first].kind == NodeKind::kCall && unit_[first].name == "operator+") {
      first = unit_.Child(first, 0);
    }
    // `std::string(text) + a` is a copy just the same.
    while ((unit_[first].is_constructor || unit_[first].kind == NodeKind::kCast) &&
           unit_[first].children.size() == 1) {
      first = unit_[first].children.front();
    }
    return IsSame(first, target);
  }

  bool IsSame(std::uint32_t left, std::uint32_t right) const {
    return left != 0 && unit_[left].kind == unit_[right].kind &&
           unit_[left].id == unit_[right].id && RootId(left) == RootId(right);
  }

  bool IsAtBegin(std::uint32_t position, std::uint32_t target) const {
    const SyntaxNode& node = unit_[position];
    if (node.kind == NodeKind::kLiteral) return node.name == "0";
    if (node.kind == NodeKind::kCall && !node.children.empty()) {
      if (node.name == "begin") return Mentions(position, unit_[target].id);
      if (node.is_constructor) return IsAtBegin(node.children.front(), target);
    }
    return false;
  }

  bool Mentions(std::uint32_t below, std::string_view id) const {
    bool found = false;
    unit_.Walk(below, [&](std::uint32_t at) {
      found = found || unit_[at].id == id;
      return !found;
    });
    return found;
  }

  /// The outermost loop that the text lives longer than; 0: it is of one turn, or no loop goes on
  /// for long.
  std::uint32_t LoopOf(std::uint32_t at, std::string_view root) const {
    const std::uint32_t function = unit_.FunctionOf(at);
    const std::uint32_t declared = index_.Declared(root);
    for (std::uint32_t loop = at; loop != 0 && loop != function; loop = unit_[loop].parent) {
      if (unit_[loop].kind != NodeKind::kLoop) continue;
      for (std::uint32_t above = declared; above != 0; above = unit_[above].parent) {
        if (above == loop) return 0;
      }
      if (!IsShort(loop, root)) return loop;
    }
    return 0;
  }

  /// Of few turns, or until the text has a length: padding.
  bool IsShort(std::uint32_t loop, std::string_view text_id) const {
    const SyntaxNode& node = unit_[loop];
    for (const std::uint32_t part : node.children) {
      if (part == node.children.back()) break;
      const SyntaxNode& child = unit_[part];
      if (child.kind == NodeKind::kInitList && child.children.size() <= kFewTurns) return true;
      if (child.kind == NodeKind::kBinary && Mentions(part, text_id)) return true;
      if (child.kind != NodeKind::kBinary || !child.name.starts_with('<')) continue;
      const SyntaxNode& limit = unit_[unit_.Child(part, 1)];
      if (limit.kind != NodeKind::kLiteral) continue;
      if (std::strtol(std::string(limit.name).c_str(), nullptr, 0) <= kFewTurns) return true;
    }
    return false;
  }

  void Tell(std::uint32_t at, std::uint32_t target, std::string text) {
    if (LoopOf(at, RootId(target)) == 0) return;
    TextRebuilt rebuilt;
    rebuilt.place = unit_.PlaceOf(at);
    rebuilt.place.line = unit_[at].begin_line;
    rebuilt.function = unit_[unit_.NamedFunctionOf(at)].qualified;
    rebuilt.variable = unit_[target].qualified;
    rebuilt.type = index_.DeclaredType(target);
    if (const std::uint32_t declared = index_.Declared(unit_[target].id); declared != 0) {
      rebuilt.type = unit_[declared].written_type;
    }
    rebuilt.text = std::move(text);
    facts_->rebuilt_texts.insert(std::move(rebuilt));
  }

  const UnitIndex& index_;
  const SyntaxUnit& unit_;
  ContainerFacts* facts_;
};

}  // namespace

void CollectRebuiltTexts(const UnitIndex& index, ContainerFacts* facts) {
  Collector collector(index, facts);
  for (std::uint32_t i = 1; i < index.unit().nodes.size(); ++i) {
    if (index.node(i).kind == NodeKind::kCall) collector.LookAt(i);
  }
}

}  // namespace memprof::scan
