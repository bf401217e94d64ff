// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/copying_function.h"

#include <array>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

void TakeEnd(std::string_view end, std::string* text) {
  if (text->ends_with(end)) text->resize(text->size() - end.size());
}

/// Which of a class's functions copies, and the class with its scope.
struct Copying {
  std::string scope;  ///< "std::vector"
};

std::optional<Copying> Read(std::string_view function) {
  // A copy constructor of libstdc++.so ends in a jump to this one, which no other constructor calls
  // with a plain `char*`.
  if (function.find("_M_construct<char*>(") != kNone && function.find("basic_string<") != kNone) {
    return Copying{"std::string"};
  }
  std::string plain = WithoutArguments(function);
  TakeEnd(" const", &plain);
  if (!plain.ends_with(')')) return std::nullopt;
  const auto open = plain.find('(');
  std::string parameter = plain.substr(open + 1, plain.size() - open - 2);
  std::string name = plain.substr(0, open);
  // With a return type, where the function is a template's.
  if (const auto blank = name.rfind(' '); blank != kNone) name.erase(0, blank + 1);
  if (parameter.ends_with(" const&")) {
    TakeEnd(" const&", &parameter);
  } else {
    return std::nullopt;  // other parameters too, a move, or none
  }
  const auto colons = name.rfind("::");
  if (colons == kNone) return std::nullopt;
  const std::string scope = name.substr(0, colons);
  const std::string last = name.substr(colons + 2);
  if (scope != parameter) return std::nullopt;
  const auto inner = scope.rfind("::");
  const std::string own = inner == kNone ? scope : scope.substr(inner + 2);
  const bool copies = last == own || last == "operator=" || last == "_M_assign";
  return copies ? std::optional(Copying{scope}) : std::nullopt;
}

/// Functions that make a container larger, and copy its elements by that.
bool Grows(std::string_view function) {
  constexpr std::array<std::string_view, 6> kGrowing = {
      "::_M_realloc_insert", "::_M_realloc_append", "::_M_default_append",
      "::_M_insert_aux",     "::_M_fill_insert",    "::reserve(",
  };
  for (const std::string_view name : kGrowing) {
    if (function.find(name) != kNone) return true;
  }
  // Of inlined functions some tools have the bare name.
  return function.starts_with("_M_realloc_insert") || function == "reserve" ||
         function == "_M_default_append";
}

}  // namespace

std::string WithoutArguments(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("(anonymous namespace)::")) {
      at += 23;
    } else if (text.substr(at).starts_with("{anonymous}::")) {
      at += 13;
    } else if (text.substr(at).starts_with("[abi:")) {
      at = AfterBracket(text, at);
    } else if (text[at] == '<') {
      at = AfterBracket(text, at);
    } else {
      plain += text[at++];
    }
  }
  return plain;
}

bool CopiesItsClass(std::string_view function) { return Read(function).has_value(); }

std::string CopiedClass(std::string_view function) {
  const std::optional<Copying> copying = Read(function);
  if (!copying) return "";
  const auto colons = copying->scope.rfind("::");
  std::string name = colons == kNone ? copying->scope : copying->scope.substr(colons + 2);
  return name == "basic_string" ? "string" : name;
}

std::optional<std::size_t> OutermostCopy(const Stack& stack) {
  std::optional<std::size_t> copy;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const std::string& function = stack[i].function;
    // Whoever's growth it is, the copy is made for it.
    if (Grows(function)) return std::nullopt;
    if (CopiesItsClass(function)) copy = i;
    // What the test's code calls from here on has nothing to do with the copy.
    if (function.ends_with("::TestBody()")) break;
  }
  return copy;
}

}  // namespace memprof
