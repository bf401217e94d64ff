// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/implicit_copy.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/diagnose/reported_stack.h"

namespace memprof {
namespace {

/// "Picture" of "upload::Picture::Picture" and of "upload::Picture::operator="; empty of others.
std::string_view MadeClass(std::string_view function) {
  const auto cut = [&function] {
    const std::size_t scope = function.rfind("::");
    const std::string_view last =
        scope == std::string_view::npos ? function : function.substr(scope + 2);
    function = scope == std::string_view::npos ? std::string_view() : function.substr(0, scope);
    return last.substr(0, last.find('<'));
  };
  const std::string_view name = cut();
  const std::string_view of = cut();
  return name == of || name == "operator=" ? of : std::string_view();
}

/// Whether the line has the head of the class, and nothing that an own constructor or a member with
/// a value needs.
bool IsClassHead(const SourceFile& file, int line, std::string_view name) {
  bool is_head = false;
  const std::vector<SourceToken>& tokens = file.tokens();
  for (std::size_t i = 0; i < tokens.size() && tokens[i].line <= line; ++i) {
    if (tokens[i].line < line) continue;
    const std::string_view text = tokens[i].text;
    if (text == "=" || text == "(" || text == "new") return false;
    const bool of_class =
        i > 0 && (tokens[i - 1].text == "struct" || tokens[i - 1].text == "class");
    is_head = is_head || (text == name && of_class);
  }
  return is_head;
}

bool IsImplicit(const Location& place, const Sources& sources) {
  const std::string_view made = MadeClass(place.function);
  const SourceFile* file = sources.Find(place.file);
  return !made.empty() && file != nullptr && IsClassHead(*file, place.line, made);
}

bool AreOnOneLine(const Frame& a, const Location& b) {
  return a.file == b.file && a.line == b.line;
}

}  // namespace

Location LocationOutsideImplicitCopy(const Finding& finding, const Sources& sources) {
  Location place = finding.location;
  const Stack& stack = finding.stack;
  std::size_t i = 0;
  while (i < stack.size() && !AreOnOneLine(stack[i], place)) ++i;
  bool moved = false;
  for (++i; i < stack.size(); ++i) {
    if (!IsUserFrame(stack[i]) || stack[i].line <= 0) continue;
    // A closure's own constructor has the line of the function that it is in.
    if (!IsImplicit(place, sources) && !(moved && AreOnOneLine(stack[i], place))) break;
    place = {stack[i].file, stack[i].line, stack[i].function};
    moved = true;
  }
  return IsImplicit(place, sources) ? finding.location : place;
}

}  // namespace memprof
