// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/path_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runner/scan/collect/condition.h"
#include "runner/scan/collect/expression_walk.h"
#include "runner/scan/collect/value_use.h"

namespace memprof::scan {
namespace {

class StatementWalk final : public ExpressionWalk {
 public:
  StatementWalk(const SyntaxUnit& unit, const AcquireTable& table, const Tracked* tracked)
      : ExpressionWalk(unit, table, tracked) {}

  Walked Walk(std::uint32_t function) {
    function_ = function;
    CountConditions(function);
    const std::uint32_t body = unit_[function].children.back();
    PathStates states = Statement(body, {PathState{}});
    if (!states.empty()) walked_.returns = true;
    Leave(states, WayOut::How::kEnd, EndOf(body));
    for (const WayOut& way : ways_out_) walked_.ways_out.push_back(way);
    if (walked_.gave_up) walked_.ways_out.clear();
    return walked_;
  }

 private:
  Place EndOf(std::uint32_t index) const {
    Place place = unit_.PlaceOf(index);
    place.line = unit_[index].end_line;
    place.column = 0;
    return place;
  }

  PathStates Statement(std::uint32_t index, PathStates in) override {
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

  PathStates Block(std::uint32_t index, PathStates in) {
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

  PathStates If(std::uint32_t index, PathStates in) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    std::size_t at = 0;
    while (at + 2 < children.size() && (unit_[children[at]].kind == NodeKind::kDeclarations ||
                                        unit_[children[at]].kind == NodeKind::kVariable)) {
      in = Expression(children[at++], std::move(in));
    }
    if (at + 1 >= children.size()) return in;
    PathBranches branches = Condition(children[at], std::move(in));
    PathStates out = Statement(children[at + 1], std::move(branches.yes));
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

  PathStates Loop(std::uint32_t index, PathStates in) {
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
    PathStates out;
    if (is_do) {
      PathStates after = Statement(body, std::move(in));
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
      PathBranches branches;
      if (condition != 0) {
        branches = Condition(condition, in);
      } else {
        branches.yes = in;
        if (is_range) branches.no = in;
      }
      PathStates after = Statement(body, std::move(branches.yes));
      after = Joined(std::move(after), std::move(saved_.back().continued));
      const bool is_endless = branches.no.empty();
      NoteEndless(is_endless && !after.empty());
      // Once around: then the condition may end it.
      if (!is_endless && condition != 0 && !after.empty()) {
        const bool forgets = std::exchange(forgets_, true);
        after = Condition(condition, after).no;
        forgets_ = forgets;
      }
      out = Joined(std::move(branches.no), is_endless ? PathStates{} : std::move(after));
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

  PathStates Switch(std::uint32_t index, PathStates in) {
    const std::vector<std::uint32_t>& children = unit_[index].children;
    if (children.size() < 2) return in;
    for (std::size_t i = 0; i + 1 < children.size(); ++i) {
      in = Expression(children[i], std::move(in));
    }
    saved_.push_back({});
    saved_.back().is_switch = true;
    bool has_default = false;
    PathStates now;
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
    PathStates continued = std::move(saved_.back().continued);
    saved_.pop_back();
    if (!saved_.empty()) {
      saved_.back().continued = Joined(std::move(saved_.back().continued), std::move(continued));
    }
  }

  PathStates Jump(std::uint32_t index, const PathStates& in) {
    if (saved_.empty()) return {};
    const bool is_break = unit_[index].kind == NodeKind::kBreak;
    PathStates on = in;
    const std::uint32_t left = unit_.Above(index, [&](const SyntaxNode& node) {
      return node.kind == NodeKind::kLoop || (is_break && node.kind == NodeKind::kSwitch);
    });
    if (left != 0 && tracked_ != nullptr && IsBelow(tracked_->declaration, left)) {
      Leave(in, is_break ? WayOut::How::kBreak : WayOut::How::kContinue, unit_.PlaceOf(index));
      on = Dropped(in);
    }
    PathStates& to = is_break ? saved_.back().broken : saved_.back().continued;
    to = Joined(std::move(to), std::move(on));
    return {};
  }

  PathStates Return(std::uint32_t index, const PathStates& in) {
    PathStates states = in;
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

  PathStates Try(std::uint32_t index, PathStates in) {
    PathStates out;
    PathStates thrown = in;
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

  struct Saved {
    PathStates broken;
    PathStates continued;
    bool is_switch = false;
  };

  std::uint32_t function_ = 0;
  std::vector<Saved> saved_;  ///< of the loops and switches around
};

}  // namespace

Walked WalkPaths(const SyntaxUnit& unit, const AcquireTable& table, std::uint32_t function,
                 const Tracked* tracked) {
  if (unit[function].children.empty()) return {};
  return StatementWalk(unit, table, tracked).Walk(function);
}

}  // namespace memprof::scan
