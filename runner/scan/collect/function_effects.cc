// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/function_effects.h"

#include <string>
#include <unordered_map>

#include "runner/scan/collect/path_walk.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

bool MayHaveResource(std::string_view type) {
  return type.find('*') != std::string_view::npos || type.find("int") != std::string_view::npos ||
         type.find("long") != std::string_view::npos || type == "std::thread";
}

class Effects {
 public:
  Effects(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts)
      : unit_(unit), table_(table), facts_(facts) {}

  void Collect() {
    for (std::uint32_t i = 0; i < unit_.nodes.size(); ++i) {
      const SyntaxNode& node = unit_[i];
      if (IsFunction(node)) {
        if (node.kind == NodeKind::kFunction) Declare(i);
        if (!node.children.empty() && unit_[node.children.back()].kind == NodeKind::kBlock) {
          Body(i);
        }
      } else if (node.kind == NodeKind::kMember && !node.id.empty() && MayHaveResource(node.type) &&
                 unit_[node.parent].kind != NodeKind::kConstructor) {
        Member(i);
      }
    }
  }

 private:
  void Declare(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    for (const std::uint32_t child : node.children) {
      if (unit_[child].kind != NodeKind::kParameter) continue;
      facts_->functions[std::string(node.name)].insert(std::string(unit_[child].type));
      return;
    }
  }

  void Body(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.id.empty() || facts_->effects.contains(std::string(node.id))) return;
    FunctionEffect effect;
    std::unordered_map<std::string_view, int> parameters;
    int number = 0;
    for (const std::uint32_t child : node.children) {
      if (unit_[child].kind != NodeKind::kParameter) continue;
      parameters.emplace(unit_[child].id, number);
      if (node.is_virtual) effect.keeps.insert(number);
      ++number;
    }
    if (node.is_virtual || node.kind == NodeKind::kConstructor) effect.keeps.insert(-1);
    unit_.Walk(index, [&](std::uint32_t below) {
      const SyntaxNode& part = unit_[below];
      if (part.kind == NodeKind::kLambda) {
        if (part.name.find_first_of("=&") != std::string_view::npos ||
            part.name.find("this") != std::string_view::npos) {
          effect.keeps.insert(-1);
        }
        KeepMentioned(below, parameters, &effect);
        return false;
      }
      if (part.kind == NodeKind::kName) {
        const auto parameter = parameters.find(part.id);
        if (parameter != parameters.end()) Use(below, parameter->second, &effect);
      } else if (part.kind == NodeKind::kThis) {
        Use(below, -1, &effect);
      } else if (part.kind == NodeKind::kMember && part.children.empty()) {
        OwnMethod(below, &effect);
      }
      return true;
    });
    const Walked walked = WalkPaths(unit_, table_, index, nullptr);
    effect.returns = walked.returns || walked.gave_up;
    effect.endless = walked.endless && !effect.returns;
    facts_->effects.emplace(node.id, std::move(effect));
  }

  void KeepMentioned(std::uint32_t lambda,
                     const std::unordered_map<std::string_view, int>& parameters,
                     FunctionEffect* effect) {
    unit_.Walk(lambda, [&](std::uint32_t below) {
      const auto parameter = parameters.find(unit_[below].id);
      if (parameter != parameters.end()) effect->keeps.insert(parameter->second);
      return true;
    });
  }

  void Use(std::uint32_t index, int number, FunctionEffect* effect) {
    const ValueUse use = UseOf(unit_, table_, index);
    if (use.what == ValueUse::What::kLetsGo) effect->keeps.insert(number);
    if (use.what == ValueUse::What::kHands) effect->hands_on[number].insert(use.to);
  }

  void OwnMethod(std::uint32_t index, FunctionEffect* effect) {
    const SyntaxNode& call = unit_[unit_[index].parent];
    if (call.kind != NodeKind::kCall || call.children.front() != index || call.is_system) return;
    if (call.id.empty()) {
      effect->keeps.insert(-1);
    } else {
      effect->hands_on[-1].insert({std::string(call.id), -1});
    }
  }

  void Member(std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    if (node.type == "<bound member function type>") return;
    const std::string id(node.id);
    if (facts_->released_members.contains(id)) return;
    const ValueUse use = UseOf(unit_, table_, index);
    if (use.what == ValueUse::What::kLetsGo) facts_->released_members.insert(id);
    if (use.what == ValueUse::What::kHands) facts_->handed_members[id].insert(use.to);
  }

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  ResourceFacts* const facts_;
};

}  // namespace

void CollectEffects(const SyntaxUnit& unit, const AcquireTable& table, ResourceFacts* facts) {
  Effects(unit, table, facts).Collect();
}

}  // namespace memprof::scan
