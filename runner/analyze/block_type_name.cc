// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/block_type_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

constexpr std::string_view kLambda = "lambda at ";
constexpr auto kNone = std::string_view::npos;

/// The first template argument, or nothing.
std::string_view FirstArgument(std::string_view name) {
  const std::size_t open = name.find('<');
  if (open == kNone) return {};
  std::size_t at = open + 1;
  while (at < name.size() && name[at] != ',' && name[at] != '>') {
    const bool opens = name[at] == '<' || name[at] == '(' || name[at] == '{' || name[at] == '[';
    at = opens ? AfterBracket(name, at) : at + 1;
  }
  return name.substr(open + 1, at - open - 1);
}

}  // namespace

bool IsClosureName(std::string_view name) {
  const std::size_t at = name.rfind(kLambda);
  return at != kNone && name.find_first_of(">,", at) == kNone;
}

bool IsControlBlockName(std::string_view name) {
  for (const std::string_view part : {"_Sp_counted_", "__shared_ptr_", "sp_counted_"}) {
    if (name.find(part) < name.find('<')) return true;
  }
  return false;
}

bool HoldsSharedObject(std::string_view name) {
  for (const std::string_view part : {"_Sp_counted_ptr_inplace<", "__shared_ptr_emplace<"}) {
    if (name.find(part) < name.find('<')) return true;
  }
  return false;
}

bool IsLibraryNodeName(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kNodes = {
      "std::_Rb_tree_node", "std::_List_node", "std::_Fwd_list_node", "std::__detail::_Hash_node"};
  return std::any_of(kNodes.begin(), kNodes.end(),
                     [&](std::string_view node) { return name.starts_with(node); }) ||
         name.starts_with("std::__detail::_List_node_base") ||
         name.starts_with("std::__cxx11::_List_node");
}

bool IsAlignedBufferName(std::string_view name) {
  return name.starts_with("__gnu_cxx::__aligned_membuf<") ||
         name.starts_with("__gnu_cxx::__aligned_buffer<");
}

std::string ReadableTypeName(std::string_view name) {
  if (IsClosureName(name)) {
    return "closure at " + std::string(name.substr(name.rfind(kLambda) + kLambda.size()));
  }
  if (HoldsSharedObject(name)) {
    const std::string_view object = FirstArgument(name);
    if (!object.empty() && object.size() < name.size()) return ReadableTypeName(object);
  }
  std::string readable = ShortTypeName(name);
  for (std::size_t at = 0; (at = readable.find(kLambda, at)) != std::string::npos;) {
    readable.replace(at, kLambda.size(), "closure at ");
  }
  return readable;
}

}  // namespace memprof
