// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/path_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runner/scan/collect/condition.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

constexpr std::size_t kMostStates = 400;

enum class Status { kNone, kHeld, kDone };

/// What a path knows where it has come to.
struct State {
  Status status = Status::kNone;
  std::set<HandedTo> handed;
  std::set<std::string> called;
  std::map<std::string, bool> known;  ///< conditions, by their keys

  auto operator<=>(const State&) const = default;
};

using States = std::set<State>;

struct Branches {
  States yes;
  States no;
};

class Walker {
 public:
  Walker(const SyntaxUnit& unit, const AcquireTable& table, const Tracked* tracked)
      : unit_(unit), table_(table), tracked_(tracked) {}

  Walked Walk(std::uint32_t function) {
    function_ = function;
    CountConditions(function);
    const std::uint32_t body = unit_[function].children.back();
    States states = Statement(body, {State{}});
    if (!states.empty()) walked_.returns = true;
    Leave(states, WayOut::How::kEnd, EndOf(body));
    for (const WayOut& way : ways_out_) walked_.ways_out.push_back(way);
    if (walked_.gave_up) walked_.ways_out.clear();
    return walked_;
  }

 private:
  void CountConditions(std::uint32_t function) {
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

  Place EndOf(std::uint32_t index) const {
    Place place = unit_.PlaceOf(index);
    place.line = unit_[index].end_line;
    place.column = 0;
    return place;
  }

  void Leave(const States& states, WayOut::How how, const Place& place) {
    for (const State& state : states) {
      if (state.status == Status::kHeld) {
        ways_out_.insert({how, place, state.handed, state.called});
      }
    }
  }

  States Limited(States states) {
    if (states.size() <= kMostStates) return states;
    walked_.gave_up = true;
    return {State{}};
  }

  static States Joined(States left, States right) {
    left.merge(right);
    return left;
  }

  static States Dropped(const States& states) {
    States dropped;
    for (State state : states) {
      if (state.status == Status::kHeld) state = State{};
      dropped.insert(std::move(state));
    }
    return dropped;
  }

  // Statements -------------------------------------------------------------------------------

  States Statement(std::uint32_t index, States in) {
    if (in.empty() || walked_.gave_up) return {};
    const SyntaxNode& node = unit_[index];
    switch (node.kind) {
      case NodeKind::kBlock:
        return Block(index, std::move(in));
      case NodeKind::kIf:
        return If(index, std::move(in));
      case NodeKind::kLoop:
        return Loop(index, std::move(in));
      case NodeKind::kSwitch:
        return Switch(index, std::move(in));
      case NodeKind::kReturn:
        return Return(index, in);
      case NodeKind::kBreak:
      case NodeKind::kContinue:
        return Jump(index, in);
      case NodeKind::kGoto:
        walked_.returns = true;
        return {};
      case NodeKind::kTry:
        return Try(index, std::move(in));
      case NodeKind::kOther:
        if (!node.name.empty() && !node.children.empty()) {  // a label
          return Statement(node.children.back(), std::move(in));
        }
        return Expression(index, std::move(in));
      default:
        return Expression(index, std::move(in));
    }
  }

  States Block(std::uint32_t index, States in) {
    for (const std::uint32_t child : unit_[index].children) in = Statement(child, std::move(in));
    if (IsScopeOfVariable(index)) {
      Leave(in, WayOut::How::kEnd, EndOf(index));
      in = Dropped(in);
    }
    return in;
  }

  /// Whether the variable is declared by a statement right below.
  bool IsScopeOfVariable(std::uint32_t index) const {
    if (tracked_ == nullptr || tracked_->declaration == 0) return false;
    std::uint32_t above = unit_[tracked_->declaration].parent;
    if (unit_[above].kind == NodeKind::kDeclarations) above = unit_[above].parent;
    return above == index;
  }

  States If(std::uint32_t index, States in) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    std::size_t at = 0;
    while (at + 2 < children.size() && (unit_[children[at]].kind == NodeKind::kDeclarations ||
                                        unit_[children[at]].kind == NodeKind::kVariable)) {
      in = Expression(children[at++], std::move(in));
    }
    if (at + 1 >= children.size()) return in;
    Branches branches = Condition(children[at], std::move(in));
    States out = Statement(children[at + 1], std::move(branches.yes));
    if (at + 2 < children.size()) {
      branches.no = Statement(children[at + 2], std::move(branches.no));
    }
    out = Joined(std::move(out), std::move(branches.no));
    if (IsScopeOfVariable(index)) {
      Leave(out, WayOut::How::kEnd, EndOf(index));
      out = Dropped(out);
    }
    return Limited(std::move(out));
  }

  States Loop(std::uint32_t index, States in) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    if (children.empty()) return in;
    const bool is_do = children.size() == 2 && unit_[children[0]].kind == NodeKind::kBlock;
    const std::uint32_t body = is_do ? children.front() : children.back();
    std::vector<std::uint32_t> head(children.begin() + (is_do ? 1 : 0),
                                    children.end() - (is_do ? 0 : 1));
    std::uint32_t condition = 0;
    bool is_range = false;
    for (const std::uint32_t part : head) {
      const SyntaxNode& node = unit_[part];
      if (node.kind == NodeKind::kVariable && head.size() == 2 && head[0] == part) {
        is_range = unit_[head[1]].type != "bool" && node.id != unit_[head[1]].id;
      }
      const bool steps =
          (node.kind == NodeKind::kUnary && (node.name == "++" || node.name == "--")) ||
          (node.kind == NodeKind::kBinary && !IsComparison(node.name) && node.name != "&&" &&
           node.name != "||" && head.size() > 1) ||
          (node.kind == NodeKind::kCall && part == head.back() && condition != 0);
      const bool declares =
          node.kind == NodeKind::kDeclarations || node.kind == NodeKind::kVariable;
      if (!steps && !declares && condition == 0 && !is_range) condition = part;
    }
    saved_.push_back({});
    States out;
    if (is_do) {
      States after = Statement(body, std::move(in));
      after = Joined(std::move(after), std::move(saved_.back().continued));
      const bool is_endless = condition != 0 && LiteralValue(unit_, condition) == true;
      NoteEndless(is_endless && !after.empty());
      if (condition != 0) out = Condition(condition, std::move(after)).no;
      if (is_endless) out.clear();
    } else {
      for (const std::uint32_t part : head) {
        if (part == condition) break;
        in = Expression(part, std::move(in));
      }
      Branches branches;
      if (condition != 0) {
        branches = Condition(condition, in);
      } else {
        branches.yes = in;
        if (is_range) branches.no = in;
      }
      States after = Statement(body, std::move(branches.yes));
      after = Joined(std::move(after), std::move(saved_.back().continued));
      const bool is_endless = branches.no.empty();
      NoteEndless(is_endless && !after.empty());
      // Once around: then the condition may end it.
      if (!is_endless && condition != 0 && !after.empty()) {
        const bool forgets = std::exchange(forgets_, true);
        after = Condition(condition, after).no;
        forgets_ = forgets;
      }
      out = Joined(std::move(branches.no), is_endless ? States{} : std::move(after));
    }
    out = Joined(std::move(out), std::move(saved_.back().broken));
    saved_.pop_back();
    if (IsScopeOfVariable(index)) {
      Leave(out, WayOut::How::kEnd, EndOf(index));
      out = Dropped(out);
    }
    return Limited(std::move(out));
  }

  void NoteEndless(bool is_endless) { walked_.endless |= is_endless; }

  States Switch(std::uint32_t index, States in) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    if (children.size() < 2) return in;
    for (std::size_t i = 0; i + 1 < children.size(); ++i) {
      in = Expression(children[i], std::move(in));
    }
    saved_.push_back({});
    saved_.back().is_switch = true;
    bool has_default = false;
    States now;
    const auto enter = [&](std::uint32_t child) {
      while (unit_[child].kind == NodeKind::kCase) {
        if (unit_[child].children.size() == 1) has_default = true;
        if (unit_[child].children.empty()) return child;
        now = Joined(std::move(now), in);
        child = unit_[child].children.back();
      }
      return child;
    };
    const std::uint32_t body = children.back();
    const std::vector<std::uint32_t> statements = unit_[body].kind == NodeKind::kBlock
                                                      ? unit_[body].children
                                                      : std::vector<std::uint32_t>{body};
    for (const std::uint32_t child : statements) {
      const std::uint32_t entered = enter(child);  // adds to `now`
      now = Statement(entered, std::move(now));
    }
    if (!has_default) now = Joined(std::move(now), std::move(in));
    now = Joined(std::move(now), std::move(saved_.back().broken));
    Outwards();
    return Limited(std::move(now));
  }

  /// A `continue` within a switch is of the loop around it.
  void Outwards() {
    States continued = std::move(saved_.back().continued);
    saved_.pop_back();
    if (!saved_.empty()) {
      saved_.back().continued = Joined(std::move(saved_.back().continued), std::move(continued));
    }
  }

  States Jump(std::uint32_t index, const States& in) {
    if (saved_.empty()) return {};
    const bool is_break = unit_[index].kind == NodeKind::kBreak;
    States on = in;
    const std::uint32_t left = unit_.Above(index, [&](const SyntaxNode& node) {
      return node.kind == NodeKind::kLoop || (is_break && node.kind == NodeKind::kSwitch);
    });
    if (left != 0 && tracked_ != nullptr && IsBelow(tracked_->declaration, left)) {
      Leave(in, is_break ? WayOut::How::kBreak : WayOut::How::kContinue, unit_.PlaceOf(index));
      on = Dropped(in);
    }
    States& to = is_break ? saved_.back().broken : saved_.back().continued;
    to = Joined(std::move(to), std::move(on));
    return {};
  }

  bool IsBelow(std::uint32_t index, std::uint32_t above) const {
    while (index != 0 && index != above) index = unit_[index].parent;
    return index != 0;
  }

  States Return(std::uint32_t index, const States& in) {
    States states = in;
    for (const std::uint32_t child : unit_[index].children) {
      // `return Fill(fd)`: a true result is not told from a false one.
      states = Expression(child, std::move(states));
    }
    if (!states.empty()) walked_.returns = true;
    if (!IsFailedAssertion(index)) Leave(states, WayOut::How::kReturn, unit_.PlaceOf(index));
    return {};
  }

  /// GoogleTest's ASSERT_ macros return: what a failed test leaves open is no leak.
  bool IsFailedAssertion(std::uint32_t index) const {
    bool is_assertion = false;
    unit_.Walk(index, [&](std::uint32_t below) {
      is_assertion |= unit_[below].qualified.starts_with("testing::internal::AssertHelper");
      return !is_assertion;
    });
    return is_assertion;
  }

  States Try(std::uint32_t index, States in) {
    States out;
    States thrown = in;
    thrown_.push_back({});
    for (const std::uint32_t child : unit_[index].children) {
      if (unit_[child].kind != NodeKind::kCatch) {
        out = Statement(child, in);
        thrown = Joined(std::move(thrown), std::move(thrown_.back()));
        thrown_.pop_back();
        continue;
      }
      if (unit_[child].children.empty()) continue;
      out = Joined(std::move(out), Statement(unit_[child].children.back(), thrown));
    }
    return Limited(std::move(out));
  }

  // Expressions ------------------------------------------------------------------------------

  Branches Condition(std::uint32_t index, States in) {
    index = WithoutCasts(unit_, index);
    const SyntaxNode& node = unit_[index];
    if (node.kind == NodeKind::kUnary && node.name == "!" && !node.children.empty()) {
      Branches branches = Condition(node.children.front(), std::move(in));
      std::swap(branches.yes, branches.no);
      return branches;
    }
    if (node.kind == NodeKind::kBinary && (node.name == "&&" || node.name == "||")) {
      Branches left = Condition(node.children[0], std::move(in));
      const bool is_and = node.name == "&&";
      Branches right = Condition(node.children[1], is_and ? left.yes : left.no);
      if (is_and) return {std::move(right.yes), Joined(std::move(left.no), std::move(right.no))};
      return {Joined(std::move(left.yes), std::move(right.yes)), std::move(right.no)};
    }
    const States states = Expression(index, std::move(in));
    if (const std::optional<bool> value = LiteralValue(unit_, index)) {
      return *value ? Branches{states, {}} : Branches{{}, states};
    }
    Branches branches;
    const std::optional<bool> if_acquired =
        tracked_ == nullptr ? std::nullopt : ValueIfAcquired(unit_, *tracked_, index);
    const std::string key = if_acquired ? "" : ConditionKey(unit_, index);
    const bool repeats = !forgets_ && !key.empty() && condition_counts_[key] > 1;
    for (State state : states) {
      const auto known = state.known.find(key);
      const bool is_known = repeats && known != state.known.end();
      if (!is_known || known->second) branches.yes.insert(With(state, key, repeats, true));
      if (!is_known || !known->second) branches.no.insert(With(state, key, repeats, false));
    }
    if (if_acquired) {
      States& failed = *if_acquired ? branches.no : branches.yes;
      failed = Dropped(failed);
    }
    return {Limited(std::move(branches.yes)), Limited(std::move(branches.no))};
  }

  static State With(State state, const std::string& key, bool repeats, bool value) {
    if (repeats && state.status != Status::kDone) state.known[key] = value;
    return state;
  }

  States Expression(std::uint32_t index, States in) {
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
        Branches branches = Condition(node.children[0], std::move(in));
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

  bool Mentions(std::uint32_t index) const {
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

  static States LetGo(const States& in) {
    States out;
    for (State state : in) {
      if (state.status == Status::kHeld) state = State{Status::kDone, {}, {}, {}};
      out.insert(std::move(state));
    }
    return out;
  }

  States Acquired(const States& in) {
    Leave(in, WayOut::How::kOverwritten, unit_.PlaceOf(tracked_->call));
    States out;
    for (State state : in) {
      state.status = Status::kHeld;
      state.handed.clear();
      state.called.clear();
      out.insert(std::move(state));
    }
    return out;
  }

  /// What was known of conditions that name the variable is known no longer.
  States Forgotten(std::uint32_t index, States in) const {
    const SyntaxNode& node = unit_[WithoutCasts(unit_, index)];
    if (tracked_ == nullptr || node.id.empty()) return in;
    const std::string name = "<" + std::string(node.id) + ">";
    States out;
    for (State state : in) {
      std::erase_if(state.known,
                    [&](const auto& known) { return known.first.find(name) != std::string::npos; });
      out.insert(std::move(state));
    }
    return out;
  }

  States Named(std::uint32_t index, States in) {
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
    States out;
    for (State state : in) {
      if (state.status == Status::kHeld) state.handed.insert(use.to);
      out.insert(std::move(state));
    }
    return out;
  }

  bool IsNamedRelease(std::uint32_t index) const {
    const std::uint32_t call =
        unit_.Above(index, [](const SyntaxNode& node) { return node.kind == NodeKind::kCall; });
    return std::find(tracked_->releases.begin(), tracked_->releases.end(), unit_[call].name) !=
           tracked_->releases.end();
  }

  States Assigned(std::uint32_t index, const States& in) {
    const std::uint32_t assignment = unit_[index].parent;
    if (IsBelow(tracked_->call, assignment)) return in;  // the acquisition itself
    Leave(in, WayOut::How::kOverwritten, unit_.PlaceOf(index));
    return Dropped(in);
  }

  States Thrown(std::uint32_t index, const States& in) {
    if (thrown_.empty()) {
      Leave(in, WayOut::How::kThrow, unit_.PlaceOf(index));
    } else {
      thrown_.back() = Joined(std::move(thrown_.back()), in);
    }
    return {};
  }

  States Called(std::uint32_t index, States in) {
    const SyntaxNode& node = unit_[index];
    if (NeverReturns(node.qualified) || NeverReturns(node.name)) return {};
    if (tracked_ == nullptr || node.is_system || node.type != "void" || node.id.empty()) return in;
    States out;
    for (State state : in) {
      if (state.status == Status::kHeld) state.called.insert(std::string(node.id));
      out.insert(std::move(state));
    }
    return out;
  }

  struct Saved {
    States broken;
    States continued;
    bool is_switch = false;
  };

  const SyntaxUnit& unit_;
  const AcquireTable& table_;
  const Tracked* const tracked_;
  std::uint32_t function_ = 0;
  std::map<std::string, int> condition_counts_;
  std::vector<Saved> saved_;    ///< of the loops and switches around
  std::vector<States> thrown_;  ///< of the try blocks around
  std::set<WayOut> ways_out_;
  bool forgets_ = false;  ///< a loop's body may have changed what was known of its condition
  Walked walked_;
};

}  // namespace

Walked WalkPaths(const SyntaxUnit& unit, const AcquireTable& table, std::uint32_t function,
                 const Tracked* tracked) {
  if (unit[function].children.empty()) return {};
  return Walker(unit, table, tracked).Walk(function);
}

}  // namespace memprof::scan
