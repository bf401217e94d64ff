// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/unit_scopes.h"

#include <dwarf.h>

#include <algorithm>
#include <functional>

#include "runner/symbols/entry_walk.h"

namespace memprof {
namespace {

enum class Keep { kNot, kLeaf, kScope };

/// A local variable in a register or on the stack is found by its function instead.
bool IsStatic(const EntryWalk& walk) {
  // The declaration of a class's static member or of a variable of a namespace has the name for
  // the definition, and what is inlined elsewhere for its copies.
  if (!walk.Has(DW_AT_location)) return walk.Has(DW_AT_name);
  Dwarf_Die variable = walk.entry();
  Dwarf_Attribute attribute;
  Dwarf_Block block;
  if (dwarf_attr(&variable, DW_AT_location, &attribute) == nullptr) return false;
  if (dwarf_formblock(&attribute, &block) != 0 || block.length == 0) return false;
  switch (block.data[0]) {
    case DW_OP_addr:
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
    case DW_OP_const4u:
    case DW_OP_const8u:
    case DW_OP_constx:
    case DW_OP_GNU_const_index:
      return true;
    default:
      return false;
  }
}

Keep WhatToKeep(const EntryWalk& walk) {
  switch (walk.tag()) {
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_lexical_block:
    case DW_TAG_inlined_subroutine:
      return Keep::kScope;
    case DW_TAG_subprogram:
      return walk.Has(DW_AT_declaration) ? Keep::kLeaf : Keep::kScope;
    case DW_TAG_enumeration_type:
    case DW_TAG_typedef:
    case DW_TAG_base_type:
      return Keep::kLeaf;
    case DW_TAG_variable:
      return IsStatic(walk) ? Keep::kLeaf : Keep::kNot;
    case DW_TAG_member:
      return walk.Has(DW_AT_declaration) ? Keep::kLeaf : Keep::kNot;
    default:
      return Keep::kNot;
  }
}

}  // namespace

UnitScopes::UnitScopes(const Dwarf_Die& unit) {
  std::vector<std::uint32_t> scopes = {kUnit};  // around what comes next, by depth
  for (EntryWalk walk(unit); walk.Next();) {
    scopes.resize(static_cast<std::size_t>(walk.depth()), kUnit);
    const Keep keep = WhatToKeep(walk);
    const auto index = static_cast<std::uint32_t>(entities_.size());
    if (keep != Keep::kNot) entities_.push_back({walk.entry(), scopes.back(), walk.tag()});
    if (keep == Keep::kScope) {
      scopes.push_back(index);
    } else {
      walk.SkipChildren();
    }
  }
}

const UnitScopes::Entity* UnitScopes::Find(const Dwarf_Die& die) const {
  const auto at = std::lower_bound(entities_.begin(), entities_.end(), die.addr,
                                   [](const Entity& entity, const void* address) {
                                     return std::less<const void*>()(entity.die.addr, address);
                                   });
  return at != entities_.end() && at->die.addr == die.addr ? &*at : nullptr;
}

std::vector<Dwarf_Die> UnitsOf(Dwarf* dwarf) {
  std::vector<Dwarf_Die> units;
  Dwarf_CU* cu = nullptr;
  Dwarf_Half version = 0;
  std::uint8_t type = 0;
  Dwarf_Die die, split;
  while (dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
    const Dwarf_Die& unit = type == DW_UT_skeleton && split.addr != nullptr ? split : die;
    // A damaged one has none.
    if (unit.addr != nullptr && unit.cu != nullptr) units.push_back(unit);
  }
  return units;
}

}  // namespace memprof
