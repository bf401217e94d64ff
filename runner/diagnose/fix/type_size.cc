// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/container_type.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

constexpr int kMaxDepth = 4;  // of classes within classes

struct Layout {
  std::int64_t size = 0;
  std::int64_t alignment = 1;
};

std::optional<Layout> LayoutOf(std::string_view type, const SourceFile& file, int depth);

std::optional<std::int64_t> Literal(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

std::optional<Layout> BuiltInOrStandard(std::string_view type) {
  struct Known {
    std::string_view name;
    Layout layout;
  };
  static constexpr std::array kKnown = {
      Known{"bool", {1, 1}},          Known{"char", {1, 1}},
      Known{"signed char", {1, 1}},   Known{"unsigned char", {1, 1}},
      Known{"short", {2, 2}},         Known{"unsigned short", {2, 2}},
      Known{"int", {4, 4}},           Known{"unsigned", {4, 4}},
      Known{"unsigned int", {4, 4}},  Known{"long", {8, 8}},
      Known{"unsigned long", {8, 8}}, Known{"long long", {8, 8}},
      Known{"float", {4, 4}},         Known{"double", {8, 8}},
      Known{"size_t", {8, 8}},        Known{"ptrdiff_t", {8, 8}},
      Known{"int8_t", {1, 1}},        Known{"uint8_t", {1, 1}},
      Known{"int16_t", {2, 2}},       Known{"uint16_t", {2, 2}},
      Known{"int32_t", {4, 4}},       Known{"uint32_t", {4, 4}},
      Known{"int64_t", {8, 8}},       Known{"uint64_t", {8, 8}},
      Known{"byte", {1, 1}},          Known{"string", {32, 8}},
      Known{"string_view", {16, 8}},  Known{"any", {16, 8}},
  };
  static constexpr std::array kTemplates = {
      Known{"vector", {24, 8}},        Known{"deque", {80, 8}},
      Known{"list", {24, 8}},          Known{"map", {48, 8}},
      Known{"set", {48, 8}},           Known{"unordered_map", {56, 8}},
      Known{"unordered_set", {56, 8}}, Known{"shared_ptr", {16, 8}},
      Known{"weak_ptr", {16, 8}},      Known{"unique_ptr", {8, 8}},
      Known{"function", {32, 8}},      Known{"basic_string", {32, 8}},
  };
  if (type.ends_with('*')) return Layout{8, 8};
  while (type.starts_with("const ")) type.remove_prefix(6);
  if (type.starts_with("std::")) type.remove_prefix(5);
  if (type.starts_with("__cxx11::")) type.remove_prefix(9);
  const std::size_t open = type.find('<');
  if (open == std::string_view::npos) {
    for (const Known& known : kKnown) {
      if (known.name == type) return known.layout;
    }
    return std::nullopt;
  }
  if (!type.ends_with('>')) return std::nullopt;
  for (const Known& known : kTemplates) {
    if (known.name == type.substr(0, open)) return known.layout;
  }
  return std::nullopt;
}

/// Adds one member of the class to its layout; false when it cannot be told.
bool AddMember(const SourceFile& file, std::size_t first, std::size_t last, int depth,
               Layout* whole) {
  const auto& tokens = file.tokens();
  // [first, last] is "char path[120] = {} ;": a type, a name, lengths, and an initializer.
  std::size_t end = first;
  while (end < last && tokens[end].text != "=" && tokens[end].text != "{") ++end;
  std::int64_t count = 1;
  while (end > first && tokens[end - 1].text == "]") {
    const auto length = end >= first + 3 ? Literal(tokens[end - 2].text) : std::nullopt;
    if (!length || tokens[end - 3].text != "[") return false;
    count *= *length;
    end -= 3;
  }
  if (end < first + 2 || !IsWord(tokens[end - 1])) return false;
  std::string type;
  for (std::size_t i = first; i + 1 < end; ++i) {
    const std::string_view text = tokens[i].text;
    if (text == "static" || text == "virtual" || text == "," || text == "(") return false;
    if (!type.empty() && IsWord(tokens[i]) && IsWord(tokens[i - 1])) type += ' ';
    type += text;
  }
  const auto member = LayoutOf(type, file, depth + 1);
  if (!member) return false;
  whole->alignment = std::max(whole->alignment, member->alignment);
  whole->size = (whole->size + member->alignment - 1) / member->alignment * member->alignment;
  whole->size += member->size * count;
  return true;
}

std::optional<Layout> LayoutOfClass(const SourceFile& file, const ClassCode& found, int depth) {
  if (!found.bases.empty()) return std::nullopt;
  const auto& tokens = file.tokens();
  Layout whole;
  std::size_t first = TokenAt(file, found.body.begin);
  const std::size_t end = TokenAt(file, found.body.end);
  for (std::size_t i = first; i < end; ++i) {
    const std::string_view text = tokens[i].text;
    if (text == "(" || text == "<") {
      i = ClosingToken(file, i);
      if (i >= end) return std::nullopt;
    } else if (text == ":" && i == first + 1) {
      first = i + 1;  // behind an access specifier
    } else if (text == "{") {
      // A function's body ends a declaration; an initializer's `;` is still to come.
      bool has_parameters = false;
      for (std::size_t k = first; k < i; ++k) has_parameters |= tokens[k].text == "(";
      for (std::size_t k = first; k < i; ++k) {
        if (tokens[k].text == "virtual" || tokens[k].text == "override") return std::nullopt;
      }
      i = ClosingToken(file, i);
      if (i >= end) return std::nullopt;
      if (has_parameters) first = i + 1;
    } else if (text == ";") {
      bool is_function = false;
      bool is_alias = tokens[first].text == "using" || tokens[first].text == "typedef" ||
                      tokens[first].text == "friend" || tokens[first].text == "static";
      for (std::size_t k = first; k < i; ++k) {
        if (tokens[k].text == "virtual") return std::nullopt;
        if (tokens[k].text == "=") break;
        is_function |= tokens[k].text == "(";
      }
      if (i > first && !is_function && !is_alias && !AddMember(file, first, i, depth, &whole)) {
        return std::nullopt;
      }
      first = i + 1;
    }
  }
  if (whole.size == 0) return std::nullopt;
  whole.size = (whole.size + whole.alignment - 1) / whole.alignment * whole.alignment;
  return whole;
}

std::optional<Layout> LayoutOf(std::string_view type, const SourceFile& file, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  if (const auto known = BuiltInOrStandard(type)) return known;
  if (type.find('<') != std::string_view::npos) return std::nullopt;
  const std::size_t scope = type.rfind("::");
  const auto found =
      ClassNamed(file, scope == std::string_view::npos ? type : type.substr(scope + 2));
  return found ? LayoutOfClass(file, *found, depth) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> SizeOfType(std::string_view type, const SourceFile& file) {
  const auto layout = LayoutOf(type, file, 0);
  if (!layout) return std::nullopt;
  return layout->size;
}

}  // namespace memprof
