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

}  // namespace

std::vector<DebugUnits::Range> DebugUnits::RangesOf(Dwarf_Die* die) {
  std::vector<Range> ranges;
  Dwarf_Addr base = 0, low = 0, high = 0;
  std::ptrdiff_t offset = 0;
  while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
    // The linker leaves a COMDAT section that it dropped at address 0, where there is no code.
    if (low != 0 && low < high) ranges.push_back({low, high});
  }
  return ranges;
}

DebugUnits::DebugUnits(Dwarf* dwarf) {
  Dwarf_CU* cu = nullptr;
  Dwarf_Half version = 0;
  std::uint8_t type = 0;
  Dwarf_Die die, split;
  while (dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
    const std::vector<Range> ranges = RangesOf(&die);
    if (ranges.empty()) continue;
    for (const Range& range : ranges) ranges_.push_back({range, units_.size()});
    const bool is_split = type == DW_UT_skeleton && split.addr != nullptr;
    units_.push_back({die, is_split ? split : die, {}, false});
  }
}

void DebugUnits::AddFunctions(Dwarf_Die* parent, int depth, std::vector<Function>& functions) {
  Dwarf_Die child;
  if (depth > kMaxDepth || dwarf_child(parent, &child) != 0) return;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_subprogram) {
      for (const Range& range : RangesOf(&child)) functions.push_back({range, child});
    }
    if (MayHoldFunctions(tag)) AddFunctions(&child, depth + 1, functions);
  } while (dwarf_siblingof(&child, &child) == 0);
}

const DebugUnits::Function* DebugUnits::FunctionAt(Unit& unit, Dwarf_Addr pc) {
  if (!unit.read) AddFunctions(&unit.tree, 0, unit.functions);
  unit.read = true;
  for (const Function& function : unit.functions) {
    if (function.range.Has(pc)) return &function;
  }
  return nullptr;
}

std::optional<CodeAt> DebugUnits::At(Dwarf_Addr pc) {
  std::optional<CodeAt> code;
  for (const UnitRange& candidate : ranges_) {
    if (!candidate.range.Has(pc)) continue;
    Unit& unit = units_[candidate.unit];
    if (!code) code = CodeAt{unit.lines, {}};
    // Units overlap where the linker left dropped code; the one that knows the function is right.
    if (const Function* function = FunctionAt(unit, pc)) {
      code = CodeAt{unit.lines, {function->die}};
      AddInlined(function->die, pc, code->functions);
      break;
    }
  }
  return code;
}

}  // namespace memprof
