// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/debug_units.h"

#include <dwarf.h>

#include <cstdint>

namespace memprof {
namespace {

/// Deeper nesting than compilers make is damage, and would recurse without bound.
constexpr int kMaxDepth = 256;

/// What may hold a function with code of its own. GCC has a lambda's body within the class of the
/// closure, within the function; Clang and link-time optimisation use namespaces.
bool MayHoldFunctions(int tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_subprogram:
    case DW_TAG_lexical_block:
      return true;
    default:
      return false;
  }
}

/// Adds what is inlined at `pc` into `function`, outermost first.
void AddInlined(Dwarf_Die function, Dwarf_Addr pc, std::vector<Dwarf_Die>& functions) {
  Dwarf_Die parent = function;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    Dwarf_Die child;
    bool found = false;
    for (int end = dwarf_child(&parent, &child); end == 0 && !found;) {
      const int tag = dwarf_tag(&child);
      const bool block = tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
      found = block && dwarf_haspc(&child, pc) > 0;
      if (found && tag == DW_TAG_inlined_subroutine) functions.push_back(child);
      if (!found) end = dwarf_siblingof(&child, &child);
    }
    if (!found) return;
    parent = child;
  }
}

/// Adds the ranges of the code of `die`. The linker leaves a COMDAT section that it dropped at
/// address 0, where there is no code.
template <class Value>
void AddRanges(Dwarf_Die* die, const Value& value, AddressRanges<Value>& ranges) {
  Dwarf_Addr base = 0, low = 0, high = 0;
  std::ptrdiff_t offset = 0;
  while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
    if (low != 0) ranges.Add(low, high, value);
  }
}

}  // namespace

DebugUnits::DebugUnits(Dwarf* dwarf) {
  Dwarf_CU* cu = nullptr;
  Dwarf_Half version = 0;
  std::uint8_t type = 0;
  Dwarf_Die die, split;
  while (dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
    AddRanges(&die, units_.size(), ranges_);
    const bool is_split = type == DW_UT_skeleton && split.addr != nullptr;
    lacks_split_units_ = lacks_split_units_ || (type == DW_UT_skeleton && !is_split);
    units_.push_back({die, is_split ? split : die, {}, false});
  }
  ranges_.Sort();
}

void DebugUnits::AddFunctions(Dwarf_Die* parent, int depth, AddressRanges<Dwarf_Die>& functions) {
  Dwarf_Die child;
  if (depth > kMaxDepth || dwarf_child(parent, &child) != 0) return;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_subprogram) AddRanges(&child, child, functions);
    if (MayHoldFunctions(tag)) AddFunctions(&child, depth + 1, functions);
  } while (dwarf_siblingof(&child, &child) == 0);
}

Dwarf_Die* DebugUnits::FunctionAt(Unit& unit, Dwarf_Addr pc) {
  if (!unit.read) {
    AddFunctions(&unit.tree, 0, unit.functions);
    unit.functions.Sort();
    unit.read = true;
  }
  return unit.functions.Find(pc);
}

std::optional<CodeAt> DebugUnits::At(Dwarf_Addr pc) {
  std::optional<CodeAt> code;
  // Units overlap where the linker left dropped code; the one that knows the function is right.
  ranges_.Find(pc, [&](std::size_t index) {
    Unit& unit = units_[index];
    if (!code) code = CodeAt{unit.lines, {}};
    const Dwarf_Die* function = FunctionAt(unit, pc);
    if (function == nullptr) return false;
    code = CodeAt{unit.lines, {*function}};
    AddInlined(*function, pc, code->functions);
    return true;
  });
  return code;
}

}  // namespace memprof
