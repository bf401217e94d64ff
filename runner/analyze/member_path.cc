// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/member_path.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "runner/analyze/block_type_name.h"

namespace memprof {
namespace {

constexpr std::uint64_t kWord = 8;
/// Deeper than any real nesting; a type that holds itself can only come from damaged information.
constexpr int kMaxDepth = 48;

bool StartsWithAny(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

/// How far a descent has come.
struct Descent {
  MemberPlace place;
  std::string pair_part;  ///< `second`, or `first.second`, until a member of the user's follows
  TypeId pair_type = kNoType;
  TypeId pair_owner = kNoType;
  LinkKind context = LinkKind::kRaw;  ///< what a pointer is within the classes entered so far
  bool hit = false;                   ///< a pointer begins at the very offset
};

void Append(std::string& path, std::string_view name) {
  if (!path.empty()) path += '.';
  path += name;
}

/// What it means for pointers to lie within this class.
void Enter(const TypeInfo& info, Descent& descent) {
  const std::string_view name = info.name;
  if (!info.is_library) {
    descent.place.in_vector = descent.place.in_deque = false;
    // A template around a single pointer counts references, as intrusive_ptr, or owns alone.
    const bool wrapper = info.bytes == kWord && name.ends_with('>');
    descent.context = wrapper ? LinkKind::kShared : LinkKind::kRaw;
    return;
  }
  if (StartsWithAny(name, {"std::weak_ptr<", "std::__weak_ptr<", "std::__weak_count<",
                           "std::enable_shared_from_this<", "boost::weak_ptr<"})) {
    descent.context = LinkKind::kWeak;
  } else if (StartsWithAny(name, {"std::shared_ptr<", "std::__shared_ptr<", "std::__shared_count<",
                                  "boost::shared_ptr<", "boost::intrusive_ptr<"})) {
    descent.context = LinkKind::kShared;
  } else if (StartsWithAny(name, {"std::pair<", "std::array<"})) {
    descent.context = LinkKind::kRaw;
  } else if (IsLibraryNodeName(name)) {
    descent.context = LinkKind::kNode;
  } else if (descent.context == LinkKind::kRaw) {
    descent.context = LinkKind::kOwning;
  }
  if (StartsWithAny(name, {"std::vector<", "std::_Vector_base<"})) descent.place.in_vector = true;
  if (StartsWithAny(name, {"std::deque<", "std::_Deque_base<"})) descent.place.in_deque = true;
}

void Name(const TypeInfo& owner, TypeId owner_type, const TypeMember& member, Descent& descent) {
  std::string_view name = member.name;
  if (name.empty()) return;
  if (owner.is_library) {
    if (!owner.name.starts_with("std::pair<")) return;
    Append(descent.pair_part, name);
    descent.pair_type = member.type;
    descent.pair_owner = owner_type;
    return;
  }
  // GCC puts two underscores before the names of captures.
  if (IsClosureName(owner.name) && name.starts_with("__")) name.remove_prefix(2);
  descent.pair_part.clear();
  Append(descent.place.path, name);
  descent.place.type = member.type;
  descent.place.owner = owner_type;
  descent.place.line = member.line;
}

class Descender {
 public:
  explicit Descender(ProgramTypes& types) : types_(types) {}

  Descent Into(TypeId type, std::uint64_t offset, Descent so_far, int depth) const {
    const TypeInfo& info = types_.Type(type);
    if (depth > kMaxDepth) return so_far;
    switch (info.kind) {
      case TypeInfo::Kind::kPointer:
        if (offset == 0) {
          so_far.place.pointee = info.target;
          so_far.place.link = so_far.context;
          so_far.hit = true;
        }
        return so_far;
      case TypeInfo::Kind::kArray: {
        const std::uint64_t element = types_.Type(info.target).bytes;
        if (element == 0) return so_far;
        return Into(info.target, offset % element, std::move(so_far), depth + 1);
      }
      case TypeInfo::Kind::kClass:
        return IntoClass(type, info, offset, so_far, depth);
      case TypeInfo::Kind::kUnknown:
      case TypeInfo::Kind::kOther:
        break;
    }
    return so_far;
  }

 private:
  bool Covers(const TypeMember& member, std::uint64_t offset) const {
    if (offset < member.offset) return false;
    const TypeInfo& info = types_.Type(member.type);
    // A flexible array at the end has no size.
    if (info.bytes == 0) return info.kind == TypeInfo::Kind::kArray;
    return offset + kWord <= member.offset + info.bytes;
  }

  Descent IntoClass(TypeId type, const TypeInfo& info, std::uint64_t offset, const Descent& so_far,
                    int depth) const {
    Descent here = so_far;
    if (IsAlignedBufferName(info.name) && info.target != kNoType) {
      here.context = LinkKind::kRaw;
      return Into(info.target, offset, std::move(here), depth + 1);
    }
    Enter(info, here);
    Descent best = here;
    bool found = false;
    for (const TypeMember& member : info.members) {
      if (!Covers(member, offset)) continue;
      Descent inner = here;
      if (!member.is_base) Name(info, type, member, inner);
      inner = Into(member.type, offset - member.offset, std::move(inner), depth + 1);
      if (inner.hit) return inner;
      if (!found) best = std::move(inner);
      found = true;
    }
    return best;
  }

  ProgramTypes& types_;
};

}  // namespace

const MemberPlace& MemberPaths::At(TypeId type, std::uint64_t offset) {
  const TypeInfo* info = &types_.Type(type);
  // Each element of a large array would be a place of its own.
  for (int depth = 0; info->kind == TypeInfo::Kind::kArray && depth < kMaxDepth; ++depth) {
    type = info->target;
    info = &types_.Type(type);
  }
  if (info->bytes > 0) offset %= info->bytes;
  const auto [entry, is_new] = found_.try_emplace({type, offset});
  if (!is_new) return entry->second;
  Descent start;
  start.place.type = type;
  Descent end = Descender(types_).Into(type, offset, std::move(start), 0);
  if (!end.pair_part.empty()) {
    Append(end.place.path, end.pair_part);
    end.place.type = end.pair_type;
    end.place.owner = end.pair_owner;
  }
  entry->second = std::move(end.place);
  return entry->second;
}

}  // namespace memprof
