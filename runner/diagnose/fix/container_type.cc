// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/container_type.h"

#include <array>
#include <cstddef>
#include <utility>

namespace memprof {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '&')) text.remove_suffix(1);
  return text;
}

bool Drop(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

/// Without what says how it is kept, and without the C++ library's inner namespaces.
std::string_view Bare(std::string_view type) {
  type = Trimmed(type);
  while (Drop(&type, "static ") || Drop(&type, "const ") || Drop(&type, "inline ") ||
         Drop(&type, "thread_local ") || Drop(&type, "mutable ") || Drop(&type, "extern ")) {
  }
  Drop(&type, "::");
  Drop(&type, "std::");
  Drop(&type, "__cxx11::");
  return Trimmed(type);
}

std::vector<std::string> TemplateArguments(std::string_view type) {
  std::vector<std::string> arguments;
  const std::size_t open = type.find('<');
  if (open == std::string_view::npos) return arguments;
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t i = open; i < type.size(); ++i) {
    const char c = type[i];
    if (c == '<' || c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '>' && (i == 0 || type[i - 1] != '-')) --depth;
    if ((c == ',' && depth == 1) || depth == 0) {
      arguments.emplace_back(Trimmed(type.substr(begin, i - begin)));
      begin = i + 1;
    }
    if (depth == 0) break;
  }
  return arguments;
}

}  // namespace

std::string ContainerType::Element() const {
  if (kind == ContainerKind::kString) return "char";
  const std::size_t index = is_map ? 1 : 0;
  return index < arguments.size() ? arguments[index] : std::string();
}

ContainerType ContainerTypeOf(std::string_view type) {
  struct Known {
    std::string_view name;
    ContainerKind kind;
    bool is_map;
    bool is_multi;
  };
  static constexpr std::array kKnown = {
      Known{"vector", ContainerKind::kVector, false, false},
      Known{"deque", ContainerKind::kDeque, false, false},
      Known{"list", ContainerKind::kList, false, false},
      Known{"queue", ContainerKind::kQueue, false, false},
      Known{"map", ContainerKind::kOrdered, true, false},
      Known{"set", ContainerKind::kOrdered, false, false},
      Known{"multimap", ContainerKind::kOrdered, true, true},
      Known{"multiset", ContainerKind::kOrdered, false, true},
      Known{"unordered_map", ContainerKind::kUnordered, true, false},
      Known{"unordered_set", ContainerKind::kUnordered, false, false},
      Known{"unordered_multimap", ContainerKind::kUnordered, true, true},
      Known{"unordered_multiset", ContainerKind::kUnordered, false, true},
      Known{"basic_string", ContainerKind::kString, false, false},
  };
  ContainerType result;
  const std::string_view bare = Bare(type);
  if (bare == "string" || bare == "wstring") {
    result.kind = ContainerKind::kString;
    return result;
  }
  const std::string_view name = bare.substr(0, bare.find('<'));
  if (name.size() == bare.size() || bare.back() != '>') return result;
  for (const Known& known : kKnown) {
    if (known.name != name) continue;
    result.kind = known.kind;
    result.is_map = known.is_map;
    result.is_multi = known.is_multi;
    result.arguments = TemplateArguments(bare);
  }
  return result;
}

}  // namespace memprof
