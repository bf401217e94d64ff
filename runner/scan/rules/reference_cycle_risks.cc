// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/reference_cycle_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runner/scan/rules/object_graph.h"

namespace memprof::scan {
namespace {

std::string LowerWithoutMarks(std::string_view name) {
  if (name.starts_with("m_")) name.remove_prefix(2);
  std::string lower;
  for (const char c : name) {
    if (c != '_') lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

bool Contains(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

bool PointsUp(std::string_view name) {
  const std::string lower = LowerWithoutMarks(name);
  return Contains(lower, {"parent", "owner", "backptr", "backref", "backpointer"}) ||
         lower == "up" || lower == "self" || lower == "outer";
}

bool PointsBack(std::string_view name) {
  return Contains(LowerWithoutMarks(name), {"prev", "previous"});
}

bool PointsDown(const MemberFact& member) {
  const std::string lower = LowerWithoutMarks(member.name);
  return member.use.is_container || Contains(lower, {"child", "left", "right", "kid"});
}

/// Without the file that classes of unnamed namespaces carry.
std::string Shown(const std::string& class_key) { return class_key.substr(0, class_key.find('@')); }

class CycleRule {
 public:
  explicit CycleRule(const OwnershipFacts& facts) : facts_(facts) {
    for (const auto& [id, function] : facts.functions) {
      for (const Step& step : function.steps) Note(function, step);
    }
  }

  std::vector<StaticRisk> Risks() {
    ObjectGraphs graphs = RunFunctions(facts_);
    for (const ObjectCycle& cycle : graphs.cycles) OfObjects(cycle.links);
    for (const HandedSelf& handed : graphs.handed) OfHanded(handed);
    for (const auto& [id, member] : facts_.members) OfNames(member);
    return std::move(risks_);
  }

 private:
  void Note(const FunctionSteps& function, const Step& step) {
    if (step.kind == StepKind::kWrite || step.kind == StepKind::kAdd) {
      if (!function.is_assignment) written_.emplace(step.member, std::pair(&function, &step));
    }
    if (function.is_constructor || function.is_destructor || function.is_assignment) return;
    if (step.kind == StepKind::kClear) cleared_.insert(step.member);
    if (step.kind == StepKind::kTrim) trimmed_.insert(step.member);
  }

  const MemberFact* Member(const std::string& id) const {
    const auto known = facts_.members.find(id);
    return known == facts_.members.end() ? nullptr : &known->second;
  }

  bool IsBroken(const std::string& id) const {
    if (cleared_.count(id) != 0) return true;
    const MemberFact* member = Member(id);
    return member != nullptr && member->use.has_callable && trimmed_.count(id) != 0;
  }

  bool IsBase(const std::string& base, const std::string& of, int depth = 0) const {
    if (base == of) return true;
    const auto known = facts_.bases.find(of);
    if (known == facts_.bases.end() || depth > 8) return false;
    return std::any_of(known->second.begin(), known->second.end(),
                       [&](const std::string& each) { return IsBase(base, each, depth + 1); });
  }

  /// Whether a pointer to `target` may point to a `key`.
  bool MayPointTo(const std::string& target, const std::string& key) const {
    return IsBase(target, key) || IsBase(key, target);
  }

  bool MayHold(const MemberFact& member, const std::string& key) const {
    return std::any_of(member.use.owned.begin(), member.use.owned.end(),
                       [&](const OwnedClass& each) { return MayPointTo(each.key, key); });
  }

  static bool IsShared(const MemberFact& member) {
    return std::any_of(member.use.owned.begin(), member.use.owned.end(),
                       [](const OwnedClass& each) { return each.is_shared; });
  }

  /// Whether a cycle of these members is new.
  bool IsNew(const std::vector<OwnershipLink>& links) {
    std::set<std::string> members;
    for (const OwnershipLink& link : links) {
      const std::string line = link.place.file + ":" + std::to_string(link.place.line);
      members.insert(link.capture.empty() ? link.member : link.capture + " " + line);
    }
    return told_.insert(std::move(members)).second;
  }

  /// The link that should not own: the one that points back by its name, else a single pointer
  /// rather than a container, else the one that closes the cycle.
  std::size_t ToWeaken(const std::vector<OwnershipLink>& links) const {
    std::size_t best = links.size();
    int best_rank = -1;
    for (std::size_t i = 0; i < links.size(); ++i) {
      const MemberFact* member = Member(links[i].member);
      int rank = -1;
      if (!links[i].capture.empty()) {
        rank = 5;
      } else if (member != nullptr && IsShared(*member)) {
        const bool is_back = PointsUp(member->name) || PointsBack(member->name);
        rank = is_back ? 3 : member->use.is_container ? 1 : 2;
      }
      if (rank >= best_rank && rank >= 0) {
        best_rank = rank;
        best = i;
      }
    }
    return best;
  }

  std::string ShownLink(const OwnershipLink& link) const {
    if (!link.capture.empty()) return "(lambda)." + link.capture;
    const MemberFact* member = Member(link.member);
    return member == nullptr ? "" : Shown(member->class_key) + "." + member->name;
  }

  RiskNote NoteOf(const OwnershipLink& link) const {
    const std::string what = ShownLink(link);
    const std::string text = !link.capture.empty() ? "the callable gets a share: " + link.capture
                             : link.is_read        ? what + " is in use here"
                                                   : what + " is set here";
    return {link.place, link.function, text};
  }

  void OfObjects(std::vector<OwnershipLink> links) {
    for (const OwnershipLink& link : links) {
      if (link.capture.empty() && (Member(link.member) == nullptr || IsBroken(link.member))) return;
    }
    if (!IsNew(links)) return;
    const std::size_t weak = ToWeaken(links);
    if (weak >= links.size()) return;
    const bool may_break = std::any_of(links.begin(), links.end(), [&](const OwnershipLink& link) {
      return trimmed_.count(link.member) != 0;
    });
    std::rotate(links.begin(), links.begin() + static_cast<std::ptrdiff_t>(weak) + 1, links.end());
    Tell(links, may_break ? Confidence::kLow : Confidence::kHigh);
  }

  void OfHanded(const HandedSelf& handed) {
    const MemberFact* back = Member(handed.member);
    if (back == nullptr || IsBroken(back->id)) return;
    for (const auto& [id, forth] : facts_.members) {
      if (id == back->id || IsBroken(id) || written_.count(id) == 0) continue;
      if (!MayPointTo(forth.class_key, handed.class_key) || !MayHold(forth, back->class_key)) {
        continue;
      }
      OfMembers(forth, handed.link);
    }
  }

  void OfNames(const MemberFact& back) {
    const bool up = PointsUp(back.name);
    if ((!up && !PointsBack(back.name)) || back.use.is_container) return;
    if (!IsShared(back) || IsBroken(back.id)) return;
    const auto written = written_.find(back.id);
    if (written == written_.end()) return;
    for (const auto& [id, forth] : facts_.members) {
      if (id == back.id || forth.use.owned.empty() || IsBroken(id)) continue;
      if (!MayHold(forth, back.class_key) || !MayHold(back, forth.class_key)) continue;
      const bool is_counterpart = up ? (forth.class_key != back.class_key || PointsDown(forth))
                                     : forth.class_key == back.class_key &&
                                           Contains(LowerWithoutMarks(forth.name), {"next"});
      if (!is_counterpart || PointsUp(forth.name)) continue;
      const auto& [function, step] = written->second;
      OfMembers(forth, {back.id, "", step->place, function->qualified, false});
    }
  }

  void OfMembers(const MemberFact& forth, const OwnershipLink& link) {
    OwnershipLink other{forth.id, "", forth.place, "", true};
    const auto written = written_.find(forth.id);
    if (written != written_.end()) {
      other = {forth.id, "", written->second.second->place, written->second.first->qualified,
               false};
    }
    const std::vector<OwnershipLink> links = {other, link};
    if (IsNew(links)) Tell(links, Confidence::kMedium);
  }

  /// Of links of which the last should not own.
  void Tell(const std::vector<OwnershipLink>& links, Confidence confidence) {
    const OwnershipLink& weak = links.back();
    StaticRisk risk;
    risk.pattern = Pattern::kReferenceCycle;
    risk.confidence = confidence;
    for (const OwnershipLink& link : links) {
      risk.cycle.push_back(ShownLink(link));
      risk.notes.push_back(NoteOf(link));
    }
    const std::string way = fmt::format("{} → {}", fmt::join(risk.cycle, " → "), risk.cycle[0]);
    if (!weak.capture.empty()) {
      OfCapture(links, &risk);
    } else {
      const MemberFact& member = *Member(weak.member);
      risk.subject = Shown(member.class_key) + "::" + member.name;
      risk.subject_type = member.type;
      risk.place = member.place;
      risk.title = fmt::format("{} closes a cycle of owners: {}", risk.subject, way);
      risk.advice = fmt::format(
          "Make {} a std::weak_ptr and lock() it where it is used, so that ownership runs one way.",
          risk.subject);
    }
    risk.cause = fmt::format(
        "Each object of the cycle {} keeps the next alive, and the last one the first. When all "
        "others have let go, their counts are still one, so none of them is ever destroyed.",
        way);
    risks_.push_back(std::move(risk));
  }

  void OfCapture(const std::vector<OwnershipLink>& links, StaticRisk* risk) const {
    const OwnershipLink& weak = links.back();
    risk->place = weak.place;
    risk->function = weak.function;
    risk->subject = weak.capture;
    for (const OwnershipLink& link : links) {
      const MemberFact* member = Member(link.member);
      if (member == nullptr) continue;
      risk->subject = Shown(member->class_key) + "::" + member->name;
      risk->subject_type = member->type;
      if (member->use.has_callable) break;
    }
    risk->title = fmt::format("the callable in {} owns the object that owns the callable ({})",
                              risk->subject, weak.capture);
    risk->advice = fmt::format(
        "Capture a std::weak_ptr in place of {0}, as [weak = std::weak_ptr({0})], and lock() it in "
        "the callable; or capture `this` where the callable cannot outlive it.",
        weak.capture);
  }

  const OwnershipFacts& facts_;
  std::map<std::string, std::pair<const FunctionSteps*, const Step*>> written_;  // by member
  std::set<std::string> cleared_;
  std::set<std::string> trimmed_;
  std::set<std::set<std::string>> told_;
  std::vector<StaticRisk> risks_;
};

}  // namespace

std::vector<StaticRisk> ReferenceCycleRisks(const OwnershipFacts& facts) {
  return CycleRule(facts).Risks();
}

}  // namespace memprof::scan
