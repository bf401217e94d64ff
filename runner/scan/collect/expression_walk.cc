// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/expression_walk.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "runner/scan/collect/condition.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

constexpr std::size_t kMostStates = 400;

PathState With(PathState state, const std::string& key, bool repeats, bool value) {
  if (repeats && state.status != PathState::Status::kDone) state.known[key] = value;
  return state;
}

PathStates LetGo(const PathStates& in) {
  PathStates out;
  for (PathState state : in) {
    if (state.status == PathState::Status::kHeld)
      state = PathState{PathState::Status::kDone, {}, {}, {}};
    out.insert(std::move(state));
  }
  return out;
}

}  // namespace

PathStates Joined(PathStates left, PathStates right) {
  left.merge(right);
  return left;
}

PathStates Dropped(const PathStates& states) {
  PathStates dropped;
  for (PathState state : states) {
    if (state.status == PathState::Status::kHeld) state = PathState{};
    dropped.insert(std::move(state));
  }
  return dropped;
}

void ExpressionWalk::CountConditions(std::uint32_t function) {
  if (tracked_ == nullptr) return;
  unit_.Walk(function, [&](std::uint32_t index) {
    const SyntaxNode& node = unit_[index];
    const bool may_decide = node.kind == NodeKind::kName || node.kind == NodeKind::kMember ||
                            node.kind == NodeKind::kBinary || node.kind == NodeKind::kCall;
    if (may_decide) {
      std::string key = ConditionKey(unit_, index);
      if (!key.empty()) ++condition_counts_[std::move(key)];
    }
    return true;
  });
}

void ExpressionWalk::Leave(const PathStates& states, WayOut::How how, const Place& place) {
  for (const PathState& state : states) {
    if (state.status == PathState::Status::kHeld) {
      ways_out_.insert({how, place, state.handed, state.called});
    }
  }
}

PathStates ExpressionWalk::Limited(PathStates states) {
  if (states.size() <= kMostStates) return states;
  walked_.gave_up = true;
  return {PathState{}};
}

bool ExpressionWalk::IsBelow(std::uint32_t index, std::uint32_t above) const {
  while (index != 0 && index != above) index = unit_[index].parent;
  return index != 0;
}

PathBranches ExpressionWalk::Condition(std::uint32_t index, PathStates in) {
  index = WithoutCasts(unit_, index);
  const SyntaxNode& node = unit_[index];
  if (node.kind == NodeKind::kUnary && node.name == "!" && !node.children.empty()) {
    PathBranches branches = Condition(node.children.front(), std::move(in));
    std::swap(branches.yes, branches.no);
    return branches;
  }
  if (node.kind == NodeKind::kBinary && (node.name == "&&" || node.name == "||")) {
    PathBranches left = Condition(node.children[0], std::move(in));
    const bool is_and = node.name == "&&";
    PathBranches right = Condition(node.children[1], is_and ? left.yes : left.no);
    if (is_and) return {std::move(right.yes), Joined(std::move(left.no), std::move(right.no))};
    return {Joined(std::move(left.yes), std::move(right.yes)), std::move(right.no)};
  }
  const PathStates states = Expression(index, std::move(in));
  if (const std::optional<bool> value = LiteralValue(unit_, index)) {
    return *value ? PathBranches{states, {}} : PathBranches{{}, states};
  }
  PathBranches branches;
  const std::optional<bool> if_acquired =
      tracked_ == nullptr ? std::nullopt : ValueIfAcquired(unit_, *tracked_, index);
  const std::string key = if_acquired ? "" : ConditionKey(unit_, index);
  const bool repeats = !forgets_ && !key.empty() && condition_counts_[key] > 1;
  for (PathState state : states) {
    const auto known = state.known.find(key);
    const bool is_known = repeats && known != state.known.end();
    if (!is_known || known->second) branches.yes.insert(With(state, key, repeats, true));
    if (!is_known || !known->second) branches.no.insert(With(state, key, repeats, false));
  }
  if (if_acquired) {
    PathStates& failed = *if_acquired ? branches.no : branches.yes;
    failed = Dropped(failed);
  }
  return {Limited(std::move(branches.yes)), Limited(std::move(branches.no))};
}

PathStates ExpressionWalk::Expression(std::uint32_t index, PathStates in) {
  if (in.empty()) return in;
  const SyntaxNode& node = unit_[index];
  switch (node.kind) {
    case NodeKind::kLambda:
      if (tracked_ != nullptr && Mentions(index)) return LetGo(in);
      return in;
    case NodeKind::kClass:
      return in;
    case NodeKind::kConditional: {
      if (node.children.size() != 3) break;
      PathBranches branches = Condition(node.children[0], std::move(in));
      return Joined(Expression(node.children[1], std::move(branches.yes)),
                    Expression(node.children[2], std::move(branches.no)));
    }
    case NodeKind::kBinary:
      if (node.name == "=" && node.children.size() == 2) {
        in = Expression(node.children[1], std::move(in));
        return Forgotten(node.children[0], Expression(node.children[0], std::move(in)));
      }
      break;
    case NodeKind::kBlock:  // of a statement expression
      return Statement(index, std::move(in));
    default:
      break;
  }
  for (const std::uint32_t child : node.children) in = Expression(child, std::move(in));
  return Operation(index, std::move(in));
}

/// Of an expression whose operands were walked.
PathStates ExpressionWalk::Operation(std::uint32_t index, PathStates in) {
  const SyntaxNode& node = unit_[index];
  if (tracked_ != nullptr && index == tracked_->call) return Acquired(in);
  switch (node.kind) {
    case NodeKind::kName:
      return Named(index, std::move(in));
    case NodeKind::kThrow:
      return Thrown(index, in);
    case NodeKind::kUnary:
      if (node.name == "++" || node.name == "--" || node.name == "&") {
        return Forgotten(node.children.empty() ? 0 : node.children[0], std::move(in));
      }
      return in;
    case NodeKind::kBinary:
      if (node.name.size() > 1 && node.name.ends_with('=') && !IsComparison(node.name)) {
        return Forgotten(node.children[0], std::move(in));
      }
      return in;
    case NodeKind::kCall:
      return Called(index, std::move(in));
    default:
      return in;
  }
}

bool ExpressionWalk::Mentions(std::uint32_t index) const {
  bool found = false;
  unit_.Walk(index, [&](std::uint32_t below) {
    const NodeKind kind = unit_[below].kind;
    found |= (kind == NodeKind::kName || kind == NodeKind::kCapture) &&
             unit_[below].id == tracked_->variable;
    return !found;
  });
  // [=] and [&] mention nothing before the body does.
  return found;
}

PathStates ExpressionWalk::Acquired(const PathStates& in) {
  Leave(in, WayOut::How::kOverwritten, unit_.PlaceOf(tracked_->call));
  PathStates out;
  for (PathState state : in) {
    state.status = PathState::Status::kHeld;
    state.handed.clear();
    state.called.clear();
    out.insert(std::move(state));
  }
  return out;
}

/// What was known of conditions that name the variable is known no longer.
PathStates ExpressionWalk::Forgotten(std::uint32_t index, PathStates in) const {
  const SyntaxNode& node = unit_[WithoutCasts(unit_, index)];
  if (tracked_ == nullptr || node.id.empty()) return in;
  const std::string name = "<" + std::string(node.id) + ">";
  PathStates out;
  for (PathState state : in) {
    std::erase_if(state.known,
                  [&](const auto& known) { return known.first.find(name) != std::string::npos; });
    out.insert(std::move(state));
  }
  return out;
}

PathStates ExpressionWalk::Named(std::uint32_t index, PathStates in) {
  if (tracked_ == nullptr || unit_[index].id != tracked_->variable) return in;
  if (IsBelow(index, tracked_->call)) return in;  // what it is acquired through
  const ValueUse use = UseOf(unit_, table_, index, tracked_->element);
  switch (use.what) {
    case ValueUse::What::kLooks:
      return in;
    case ValueUse::What::kLetsGo:
      return LetGo(in);
    case ValueUse::What::kAssigned:
      return Assigned(index, in);
    case ValueUse::What::kHands:
      break;
  }
  if (IsNamedRelease(index)) return LetGo(in);
  PathStates out;
  for (PathState state : in) {
    if (state.status == PathState::Status::kHeld) state.handed.insert(use.to);
    out.insert(std::move(state));
  }
  return out;
}

bool ExpressionWalk::IsNamedRelease(std::uint32_t index) const {
  const std::uint32_t call =
      unit_.Above(index, [](const SyntaxNode& node) { return node.kind == NodeKind::kCall; });
  return std::find(tracked_->releases.begin(), tracked_->releases.end(), unit_[call].name) !=
         tracked_->releases.end();
}

PathStates ExpressionWalk::Assigned(std::uint32_t index, const PathStates& in) {
  const std::uint32_t assignment = unit_[index].parent;
  if (IsBelow(tracked_->call, assignment)) return in;  // the acquisition itself
  Leave(in, WayOut::How::kOverwritten, unit_.PlaceOf(index));
  return Dropped(in);
}

PathStates ExpressionWalk::Thrown(std::uint32_t index, const PathStates& in) {
  if (thrown_.empty()) {
    Leave(in, WayOut::How::kThrow, unit_.PlaceOf(index));
  } else {
    thrown_.back() = Joined(std::move(thrown_.back()), in);
  }
  return {};
}

PathStates ExpressionWalk::Called(std::uint32_t index, PathStates in) const {
  const SyntaxNode& node = unit_[index];
  if (NeverReturns(node.qualified) || NeverReturns(node.name)) return {};
  if (tracked_ == nullptr || node.is_system || node.type != "void" || node.id.empty()) return in;
  PathStates out;
  for (PathState state : in) {
    if (state.status == PathState::Status::kHeld) state.called.insert(std::string(node.id));
    out.insert(std::move(state));
  }
  return out;
}

}  // namespace memprof::scan
