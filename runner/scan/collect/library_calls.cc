// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/collect/library_calls.h"

#include <algorithm>
#include <initializer_list>

namespace memprof::scan {
namespace {

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool PutsIn(std::string_view method) {
  return IsOneOf(method, {"push_back", "emplace_back", "push_front", "emplace_front", "push",
                          "emplace", "insert", "try_emplace", "insert_or_assign", "append"});
}

bool TakesOut(std::string_view method) {
  return IsOneOf(method, {"erase", "pop_back", "pop_front", "pop", "remove", "remove_if", "resize",
                          "extract", "splice"});
}

bool Empties(std::string_view method) {
  return IsOneOf(method, {"reset", "clear", "swap", "assign", "release"});
}

bool HandsOn(std::string_view function) {
  return function.find("cast") != std::string_view::npos ||
         IsOneOf(function, {"forward", "as_const", "ref", "addressof", "make_pair", "make_tuple",
                            "make_optional"});
}

bool IsNothing(const SyntaxUnit& unit, std::uint32_t value) {
  const SyntaxNode& node = unit[value];
  if (node.kind == NodeKind::kLiteral) return node.name == "nullptr" || node.name == "NULL";
  const bool makes = node.kind == NodeKind::kInitList ||
                     (node.kind == NodeKind::kCall && node.is_constructor && node.is_system);
  if (!makes) return false;
  return node.children.empty() ||
         (node.children.size() == 1 && IsNothing(unit, node.children.front()));
}

bool IsOutsideOfFunctions(Storage storage) {
  return storage == Storage::kGlobal || storage == Storage::kFunctionStatic ||
         storage == Storage::kStaticMember;
}

}  // namespace memprof::scan
