// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/thread_uses.h"

#include <algorithm>
#include <array>
#include <string>

#include "runner/scan/collect/acquisitions.h"
#include "runner/scan/collect/path_walk.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

bool HoldsThreads(const SyntaxNode& node) {
  constexpr std::array<std::string_view, 6> kContainers = {
      "std::vector<", "std::deque<",         "std::list<",
      "std::map<",    "std::unordered_map<", "std::forward_list<"};
  const bool is_container =
      std::any_of(kContainers.begin(), kContainers.end(),
                  [&](std::string_view prefix) { return node.type.starts_with(prefix); });
  const auto has = [&](std::string_view what) {
    return node.type.find(what) != std::string_view::npos;
  };
  return is_container && (has("std::thread>") || has("std::thread,") || has("std::thread ") ||
                          has("std::future<") || has("std::unique_ptr<std::thread") ||
                          node.written_type.find("pthread_t") != std::string_view::npos);
}

template <std::size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Grows(std::string_view method) {
  constexpr std::array<std::string_view, 6> kNames = {"push_back",     "emplace_back", "push_front",
                                                      "emplace_front", "insert",       "emplace"};
  return IsOneOf(method, kNames);
}

bool OnlyLooks(std::string_view method) {
  constexpr std::array<std::string_view, 14> kNames = {
      "size", "empty", "begin", "end",  "cbegin", "cend",   "reserve",
      "back", "front", "at",    "find", "count",  "rbegin", "capacity"};
  return IsOneOf(method, kNames);
}

class Threads {
 public:
  Threads(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts)
      : unit_(unit), table_(table), facts_(facts) {}

  void Collect() {
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      const SyntaxNode& node = unit_[i];
      switch (node.kind) {
        case NodeKind::kField:
        case NodeKind::kVariable:
          Declared(i);
          break;
        case NodeKind::kCall:
          Call(i);
          break;
        case NodeKind::kMember:
        case NodeKind::kName:
          if (!node.id.empty() && HoldsThreads(node)) Used(i);
          break;
        default:
          break;
      }
    }
  }

 private:
  void Declared(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const bool lives_long = node.kind == NodeKind::kField || node.storage != Storage::kLocal;
    if (!lives_long || node.id.empty() || !HoldsThreads(node)) return;
    ThreadContainer& container = facts_->thread_containers[std::string(node.id)];
    container.name = node.qualified;
    container.type = node.written_type;
    container.place = unit_.PlaceOf(index);
  }

  void Call(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.qualified == "std::thread::thread" && !node.children.empty()) Started(index);
    if (node.qualified == "std::thread::detach") {
      const SyntaxNode& object = unit_[unit_.Child(unit_.Child(index, 0), 0)];
      const SyntaxNode& method = unit_[unit_.Child(index, 0)];
      if (!object.id.empty() && !method.children.empty()) {
        facts_->detached.emplace(object.id, unit_.PlaceOf(index));
      }
    }
  }

  void Started(std::uint32_t index) {
    ThreadStart start;
    std::uint32_t runs = WithoutCasts(unit_, unit_.Child(index, 0));
    if (unit_[runs].kind == NodeKind::kUnary) runs = unit_.Child(runs, 0);
    if (unit_[runs].kind == NodeKind::kLambda) {
      const Walked walked = WalkPaths(unit_, table_, runs, nullptr);
      start.endless = walked.endless && !walked.returns && !walked.gave_up;
    } else {
      start.runs = unit_[runs].id;
    }
    start.place = unit_.PlaceOf(index);
    start.function = FunctionNameOf(unit_, index);
    std::uint32_t above = unit_[index].parent;
    while (unit_[above].kind == NodeKind::kCast) above = unit_[above].parent;
    const SyntaxNode& parent = unit_[above];
    const SyntaxNode* holder = nullptr;
    if (parent.kind == NodeKind::kVariable || parent.kind == NodeKind::kField) {
      holder = &parent;
    } else if (parent.kind == NodeKind::kCall && parent.name == "operator=") {
      holder = &unit_[parent.children.front()];
    } else if (parent.kind == NodeKind::kConstructor) {
      const auto at = std::find(parent.children.begin(), parent.children.end(), index);
      if (at != parent.children.begin() && at != parent.children.end()) holder = &unit_[*(at - 1)];
    } else if (parent.kind == NodeKind::kMember) {
      start.is_detached_at_once = parent.name == "detach";
    }
    if (holder != nullptr) {
      start.holder = holder->id;
      start.name = holder->kind == NodeKind::kVariable ? holder->name : holder->qualified;
    }
    facts_->threads.insert(std::move(start));
  }

  void Used(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const bool is_member = node.kind == NodeKind::kMember;
    if (!is_member && (node.storage == Storage::kLocal || node.storage == Storage::kNone)) return;
    ThreadContainer& container = facts_->thread_containers[std::string(node.id)];
    const std::uint32_t above = node.parent;
    const SyntaxNode& parent = unit_[above];
    if (parent.kind == NodeKind::kConstructor) return;
    if (parent.kind == NodeKind::kLoop) {
      container.is_joined |= Joins(above);
    } else if (parent.kind == NodeKind::kMember && unit_[parent.parent].kind == NodeKind::kCall) {
      if (Grows(parent.name)) {
        container.growths.insert(
            {unit_.PlaceOf(parent.parent), FunctionNameOf(unit_, index), IsPool(index)});
      } else if (!OnlyLooks(parent.name)) {
        container.shrinks = true;
      } else {
        container.is_joined |= Joins(unit_.NamedFunctionOf(index));
      }
    } else if (parent.kind == NodeKind::kIndex ||
               (parent.kind == NodeKind::kCall && parent.name == "operator[]")) {
      container.is_joined |= Joins(unit_.NamedFunctionOf(index));
    } else {
      container.shrinks = true;  // passed on, assigned, swapped: nobody can tell
    }
  }

  bool Joins(std::uint32_t index) const {
    bool joins = false;
    unit_.Walk(index, [&](std::uint32_t below) {
      const std::string_view name = unit_[below].name;
      joins |= unit_[below].kind == NodeKind::kCall &&
               (name == "join" || name == "get" || name == "wait" || name == "pthread_join");
      return !joins;
    });
    return joins;
  }

  bool IsPool(std::uint32_t index) const {
    return unit_.InLoop(index) ||
           unit_[unit_.NamedFunctionOf(index)].kind == NodeKind::kConstructor;
  }

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  ResourceFacts* const facts_;
};

}  // namespace

void CollectThreads(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts) {
  Threads(unit, table, facts).Collect();
}

}  // namespace memprof::scan
