// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/deleted_classes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "runner/scan/collect/acquisitions.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

bool OwnsMemory(std::string_view type) {
  constexpr std::array<std::string_view, 18> kOwners = {"std::vector<",
                                                        "std::basic_string<",
                                                        "std::__cxx11::basic_string<",
                                                        "std::unique_ptr<",
                                                        "std::shared_ptr<",
                                                        "std::map<",
                                                        "std::set<",
                                                        "std::deque<",
                                                        "std::list<",
                                                        "std::forward_list<",
                                                        "std::function<",
                                                        "std::unordered_map<",
                                                        "std::unordered_set<",
                                                        "std::multimap<",
                                                        "std::queue<",
                                                        "std::any",
                                                        "std::unordered_multimap<",
                                                        "std::stack<"};
  if (type.starts_with("const ")) type.remove_prefix(6);
  return !type.ends_with('&') && !type.ends_with('*') &&
         std::any_of(kOwners.begin(), kOwners.end(),
                     [&](std::string_view owner) { return type.starts_with(owner); });
}

/// "T" of "std::unique_ptr<T>"; empty where it has a deleter of its own, or is none.
std::string_view PointeeOf(std::string_view type) {
  if (type.starts_with("const ")) type.remove_prefix(6);
  constexpr std::string_view kOwner = "std::unique_ptr<";
  if (!type.starts_with(kOwner) || !type.ends_with('>')) return {};
  type.remove_prefix(kOwner.size());
  type.remove_suffix(1);
  int depth = 0;
  for (const char c : type) {
    depth += c == '<' ? 1 : c == '>' ? -1 : 0;
    if (c == ',' && depth == 0) return {};
  }
  return type;
}

std::string_view PointedTo(std::string_view type) {
  if (type.ends_with("*const")) type.remove_suffix(5);
  if (!type.ends_with('*')) return {};
  type.remove_suffix(1);
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

class DeletedClasses {
 public:
  DeletedClasses(const SyntaxUnit& unit, ResourceFacts* facts) : unit_(unit), facts_(facts) {}

  void Collect() {
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      switch (unit_[i].kind) {
        case NodeKind::kClass:
          if (unit_[i].is_definition) Class(i);
          break;
        case NodeKind::kCall:
          SmartPointer(i);
          break;
        case NodeKind::kNew:
          Made(i);
          break;
        case NodeKind::kDelete:
          Deleted(i);
          break;
        default:
          break;
      }
    }
    for (const auto& [holder, made] : made_) {
      const auto deleted = deleted_.find(holder);
      if (deleted == deleted_.end()) continue;
      for (const std::string& type : made) Add(type, unit_[deleted->second].type, deleted->second);
    }
  }

 private:
  void Class(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    ClassOwning known;
    known.name = node.qualified;
    known.place = unit_.PlaceOf(index);
    for (const std::uint32_t child : node.children) {
      const SyntaxNode& member = unit_[child];
      if (member.kind == NodeKind::kBase) known.bases.emplace(member.type);
      if (member.kind == NodeKind::kDestructor) known.has_virtual_destructor |= member.is_virtual;
      if (member.kind == NodeKind::kField && OwnsMemory(member.type)) {
        known.owners.emplace(member.name);
      }
    }
    facts_->classes.emplace(node.type, std::move(known));
  }

  void SmartPointer(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.qualified != "std::unique_ptr::unique_ptr" || node.children.size() != 1) return;
    const SyntaxNode& from = unit_[WithoutCasts(unit_, node.children.front())];
    const std::string_view base = PointeeOf(node.type);
    std::string_view made = PointeeOf(from.type);
    if (from.kind == NodeKind::kNew) made = from.type;
    if (made.empty()) made = PointedTo(from.type);
    if (!base.empty() && !made.empty() && base != made) {
      facts_->deleted_as_base.insert(Pair(made, base, index));
    }
  }

  /// `Base* b = new Derived`.
  void Made(std::uint32_t index) {
    const SyntaxNode& above = unit_[unit_[index].parent];
    std::string_view holder;
    if (above.kind == NodeKind::kVariable) holder = above.id;
    if (above.kind == NodeKind::kBinary && above.name == "=") {
      holder = unit_[above.children.front()].id;
    }
    if (!holder.empty()) made_[holder].emplace(unit_[index].type);
  }

  void Deleted(std::uint32_t index) {
    const std::uint32_t what = WithoutCasts(unit_, unit_.Child(index, 0));
    if (!unit_[what].id.empty()) deleted_.emplace(unit_[what].id, what);
  }

  void Add(std::string_view made, std::string_view pointer, std::uint32_t index) {
    const std::string_view base = PointedTo(pointer);
    if (!base.empty() && base != made) facts_->deleted_as_base.insert(Pair(made, base, index));
  }

  DeletedAsBase Pair(std::string_view made, std::string_view base, std::uint32_t index) const {
    return {std::string(made), std::string(base), unit_.PlaceOf(index),
            FunctionNameOf(unit_, index)};
  }

  const SyntaxUnit& unit_;
  ResourceFacts* const facts_;
  std::map<std::string_view, std::set<std::string>> made_;  ///< by the id of what has it
  std::map<std::string_view, std::uint32_t> deleted_;
};

}  // namespace

void CollectDeletedClasses(const SyntaxUnit& unit, ResourceFacts* facts) {
  DeletedClasses(unit, facts).Collect();
}

}  // namespace memprof::scan
