// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/template_argument.h"

#include <dwarf.h>

#include <vector>

namespace memprof {
namespace {

/// Longer chains of references are damage.
constexpr int kMaxDepth = 64;

/// The entry and those that it stands for: a call, its function, and the function's declaration.
/// Compilers differ in which of them has the arguments, and in which one local types are.
std::vector<Dwarf_Die> Descriptions(Dwarf_Die die) {
  std::vector<Dwarf_Die> all = {die};
  while (all.size() < kMaxDepth) {
    Dwarf_Attribute attribute;
    Dwarf_Die origin;
    bool found = false;
    for (const unsigned name : {DW_AT_abstract_origin, DW_AT_specification}) {
      found = found || (dwarf_attr(&all.back(), name, &attribute) != nullptr &&
                        dwarf_formref_die(&attribute, &origin) != nullptr);
    }
    if (!found) break;
    all.push_back(origin);
  }
  return all;
}

/// The first type argument, or the one called `name`.
std::optional<Dwarf_Die> Argument(const Dwarf_Die& die, const std::string_view* name) {
  for (Dwarf_Die description : Descriptions(die)) {
    Dwarf_Die child;
    int end = dwarf_child(&description, &child);
    for (; end == 0; end = dwarf_siblingof(&child, &child)) {
      if (dwarf_tag(&child) != DW_TAG_template_type_parameter) continue;
      const char* text = dwarf_diename(&child);
      if (name == nullptr || (text != nullptr && *name == text)) return child;
    }
  }
  return {};
}

bool IsClass(int tag) {
  return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/// What `die` stands in, as its declaration has it.
std::optional<Dwarf_Die> Parent(const Dwarf_Die& die, DebugNames& names) {
  const Dwarf_Die declaration = OriginOf(die);
  const UnitScopes& scopes = names.ScopesOf(declaration);
  const UnitScopes::Entity* entity = scopes.Find(declaration);
  const UnitScopes::Entity* parent = entity != nullptr ? scopes.ParentOf(*entity) : nullptr;
  if (parent == nullptr) return {};
  return parent->die;
}

}  // namespace

std::optional<Dwarf_Die> FirstTemplateArgument(const Dwarf_Die& die) {
  return Argument(die, nullptr);
}

std::optional<Dwarf_Die> TemplateArgumentAround(const Dwarf_Die& die, std::string_view name,
                                                DebugNames& names) {
  std::optional<Dwarf_Die> around = die;
  for (int depth = 0; around && depth < kMaxDepth; ++depth) {
    if (const auto argument = Argument(*around, &name)) return argument;
    around = Parent(*around, names);
  }
  return {};
}

std::optional<Dwarf_Die> ClassAround(const Dwarf_Die& function, DebugNames& names) {
  std::optional<Dwarf_Die> parent = Parent(function, names);
  if (!parent || !IsClass(dwarf_tag(&*parent))) return {};
  return parent;
}

}  // namespace memprof
