// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/function_name.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Where the `::` stands that follows a parameter list and its qualifiers; none when the list is
/// the function's own: "f(int) const::{lambda()#1}" goes on, "f(int) const" does not.
std::size_t ScopeAfterParameters(std::string_view text, std::size_t i) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view qualifier : {" const", " volatile", " &&", " &", " noexcept"}) {
      if (!text.substr(i).starts_with(qualifier)) continue;
      i += qualifier.size();
      again = true;
    }
  }
  return text.substr(i).starts_with("::") ? i : kNone;
}

/// The name alone: return type and parameter lists taken off, `()` left for enclosing functions.
std::string QualifiedName(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    std::size_t after = AfterOperatorName(text, i);
    if (after != i) {
      name += text.substr(i, after - i);
      // Its template arguments tell people nothing, and read ill: "operator< <char>".
      if (text.substr(after).starts_with(" <")) ++after;
      if (text.substr(after).starts_with('<')) after = AfterBracket(text, after);
      i = after;
      continue;
    }
    if (rest.starts_with("(anonymous namespace)") || text[i] == '<' || text[i] == '{' ||
        text[i] == '[') {
      after = AfterBracket(text, i);
    }
    if (after == i && rest.starts_with("'lambda") && rest.find("'(") != kNone) {
      after = AfterBracket(text, i + rest.find("'(") + 1);
    }
    if (after != i) {  // a part that is copied whole, spaces and all
      name += text.substr(i, after - i);
      i = after;
    } else if (text[i] == '(') {
      after = AfterBracket(text, i);
      const bool in_return_type = name.empty() || name.ends_with("decltype");
      const auto scope = ScopeAfterParameters(text, after);
      if (!in_return_type && scope == kNone) break;
      if (!in_return_type) name += "()";
      i = in_return_type ? after : scope;
    } else if (text[i] == '@') {
      break;  // a symbol's version: "__libc_start_main@@GLIBC_2.34"
    } else if (text[i] == ' ') {
      name.clear();  // what stood before it was the return type
      ++i;
    } else {
      name += text[i++];
    }
  }
  // A return type's reference or pointer may touch the name.
  name.erase(0, std::min(name.find_first_not_of("&*"), name.size()));
  return name;
}

/// A closure is its call: removes "::operator()" and its template arguments where they follow a
/// lambda, and the functions that compilers make for the conversion to a pointer.
std::string WithoutClosureCalls(std::string name) {
  for (const std::string_view call : {"::operator()", "::_FUN", "::__invoke"}) {
    for (std::size_t at = name.find(call); at != kNone; at = name.find(call, at + 1)) {
      std::size_t word = at;
      while (word > 0 && std::isdigit(static_cast<unsigned char>(name[word - 1]))) --word;
      if (word > 0 && name[word - 1] == '#') --word;
      if (!std::string_view(name).substr(0, word).ends_with("::lambda")) continue;
      std::size_t end = at + call.size();
      if (end < name.size() && name[end] == '<') end = AfterBracket(name, end);
      if (name.compare(end, 2, "()") == 0) end += 2;
      name.erase(at, end - at);
    }
  }
  return name;
}

}  // namespace

std::string ShortFunctionName(std::string_view demangled) {
  const std::string_view text = demangled.substr(0, demangled.find(" [clone "));
  const std::string name = WithoutClosureCalls(ShortTypeName(QualifiedName(text)));
  return name.empty() ? std::string(demangled) : name;
}

}  // namespace memprof
