// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/cycle_steps.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "runner/analyze/block_type_name.h"

namespace memprof {
namespace {

const MemberPlace kNoMember;

/// A step with what is needed to say how to open the circle there.
struct Link {
  OwnershipCycle::Step step;
  MemberPlace place;
  bool is_closure = false;
};

bool IsSharedPointer(std::string_view type) {
  return type.starts_with("std::shared_ptr<") || type.starts_with("boost::shared_ptr<") ||
         type.starts_with("boost::intrusive_ptr<");
}

class Teller {
 public:
  Teller(const LostGraph& graph, HeapView& view, MemberPaths& members, ProgramTypes& types)
      : graph_(graph), view_(view), members_(members), types_(types) {}

  std::optional<OwnershipCycle> Tell(std::span<const std::uint32_t> circle) {
    std::vector<Link> links = LinksOf(circle, true);
    if (links.empty()) links = LinksOf(circle, false);
    if (links.empty()) return std::nullopt;
    MoveClosingLinkToEnd(links);
    OwnershipCycle cycle;
    for (const Link& link : links) cycle.steps.push_back(link.step);
    Weaken(links.back(), cycle);
    return cycle;
  }

 private:
  /// Those of objects; or, where `objects` is false, those of blocks whose type is not known.
  std::vector<Link> LinksOf(std::span<const std::uint32_t> circle, bool objects) {
    std::vector<Link> links;
    std::pair<TypeId, std::uint64_t> last = {kNoType, 0};
    for (const std::uint32_t number : circle) {
      const LostGraph::Edge& edge = graph_.edges()[number];
      const std::pair<TypeId, std::uint64_t> now = {
          graph_.TypeOf(edge.from).type, view_.snapshot().edges[edge.number].from_offset};
      // A ring may be long, and names take their time.
      if (now.first != kNoType && now == last) continue;
      last = now;
      std::optional<Link> link = objects ? ObjectAt(edge) : UnknownAt(edge);
      // A ring of the same objects through the same member is one step.
      if (link && (links.empty() || !(links.back().step == link->step))) {
        links.push_back(*std::move(link));
      }
    }
    if (links.size() > 1 && links.front().step == links.back().step) links.pop_back();
    return links;
  }

  std::optional<Link> ObjectAt(const LostGraph::Edge& edge) {
    const TypedBlock& from = graph_.TypeOf(edge.from);
    if (from.type == kNoType) return std::nullopt;
    const std::uint64_t offset = view_.snapshot().edges[edge.number].from_offset;
    const MemberPlace& place = members_.At(from.type, from.WithinType(offset));
    const std::string& name = types_.Type(from.type).name;
    if (IsUserObject(from, types_)) {
      const bool closure = IsClosureName(name);
      return Link{{ReadableTypeName(name), place.path}, place, closure};
    }
    // An object of the user's may lie in a node, by value.
    const TypeInfo& owner = types_.Type(place.owner);
    if (place.owner == kNoType || owner.is_library) return std::nullopt;
    return Link{{ReadableTypeName(owner.name), place.path}, place, IsClosureName(owner.name)};
  }

  std::optional<Link> UnknownAt(const LostGraph::Edge& edge) {
    if (graph_.TypeOf(edge.from).type != kNoType) return std::nullopt;
    const std::uint32_t stack = view_.block_types().StackOf(graph_.BlockOf(edge.from));
    const std::string place = stack == 0 ? std::string() : types_.PlaceOf(stack);
    return Link{{place.empty() ? "memory" : "memory from " + place, ""}, kNoMember, false};
  }

  int Preference(const Link& link) {
    if (link.place.path.empty()) return 0;
    if (link.is_closure) return 3;
    return IsSharedPointer(types_.Type(link.place.type).name) ? 2 : 1;
  }

  void MoveClosingLinkToEnd(std::vector<Link>& links) {
    // Of equals the last stays: what points back to the owner.
    auto closing = links.begin();
    for (auto link = links.begin(); link != links.end(); ++link) {
      if (Preference(*link) >= Preference(*closing)) closing = link;
    }
    std::rotate(links.begin(), std::next(closing), links.end());
  }

  void Weaken(const Link& link, OwnershipCycle& cycle) {
    if (link.place.path.empty() || link.place.owner == kNoType) return;
    const TypeInfo& owner = types_.Type(link.place.owner);
    const std::string& path = link.place.path;
    if (link.is_closure) {
      cycle.weaken = "the capture `" + path + "` of the " + link.step.type;
      cycle.is_closure = true;
    } else {
      cycle.weaken = ReadableTypeName(owner.name) + "::" + path.substr(path.rfind('.') + 1);
    }
    cycle.weaken_type = ReadableTypeName(types_.Type(link.place.type).name);
    cycle.file = owner.file;
    cycle.line = link.place.line > 0 ? link.place.line : owner.line;
  }

  const LostGraph& graph_;
  HeapView& view_;
  MemberPaths& members_;
  ProgramTypes& types_;
};

}  // namespace

bool IsUserObject(const TypedBlock& block, ProgramTypes& types) {
  if (block.type == kNoType) return false;
  const TypeInfo& info = types.Type(block.type);
  if (HoldsSharedObject(info.name)) {
    const std::string object = ReadableTypeName(info.name);
    return !object.starts_with("std::") && object != info.name;
  }
  // A class known by its virtual table's symbol alone has no layout.
  const bool is_class =
      info.kind == TypeInfo::Kind::kClass || info.kind == TypeInfo::Kind::kUnknown;
  return is_class && !info.is_library && !IsControlBlockName(info.name);
}

std::optional<OwnershipCycle> TellCycle(const LostGraph& graph,
                                        std::span<const std::uint32_t> circle, HeapView& view,
                                        MemberPaths& members, ProgramTypes& types) {
  return Teller(graph, view, members, types).Tell(circle);
}

}  // namespace memprof
