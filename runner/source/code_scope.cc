// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_scope.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/source/code_structure.h"

namespace memprof {
namespace {

bool HasLine(const SourceFile& file, CodeRange range, int line) {
  return file.LineOf(range.begin) <= line && line <= file.LineOf(range.end);
}

bool Holds(CodeRange outer, CodeRange inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

/// The one whose `range` has the line, within all others that have it; nothing where two that are
/// beside each other do.
template <typename T>
std::optional<T> Innermost(const SourceFile& file, const std::vector<T>& all, CodeRange T::*range,
                           int line) {
  const T* best = nullptr;
  for (const T& each : all) {
    if (!HasLine(file, each.*range, line)) continue;
    if (best == nullptr || Holds(best->whole, each.whole)) best = &each;
  }
  if (best == nullptr) return std::nullopt;
  for (const T& each : all) {
    if (HasLine(file, each.*range, line) && !Holds(each.whole, best->whole)) return std::nullopt;
  }
  return *best;
}

}  // namespace

std::optional<Statement> StatementAt(const SourceFile& file, int line) {
  std::optional<Statement> beginning;
  std::optional<Statement> around;
  for (const Statement& each : StatementsIn(file, {0, file.text().size()})) {
    if (each.first_line == line && !beginning) beginning = each;
    if (each.first_line < line && line <= each.last_line) around = each;  // the inner come later
  }
  return beginning ? beginning : around;
}

std::vector<Statement> StatementsIn(const SourceFile& file, CodeRange range) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return {};
  std::vector<Statement> found;
  for (const CodeStatement& each : structure->statements) {
    const CodeRange code = RangeOf(file, each.first, each.last);
    if (!Holds(range, code)) continue;
    found.push_back({code, file.tokens()[each.first].line, file.LineOf(code.end - 1)});
  }
  return found;
}

std::optional<FunctionCode> FunctionAt(const SourceFile& file, int line, bool closures) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return std::nullopt;
  const std::vector<FunctionCode> functions =
      closures ? structure->outline->functions : FunctionsOf(file);
  const auto found = Innermost(file, functions, &FunctionCode::body, line);
  return found ? found : Innermost(file, functions, &FunctionCode::whole, line);
}

std::vector<FunctionCode> FunctionsOf(const SourceFile& file) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return {};
  std::vector<FunctionCode> functions = structure->outline->functions;
  std::erase_if(functions, [](const FunctionCode& f) { return f.is_closure; });
  return functions;
}

std::optional<ClassCode> ClassNamed(const SourceFile& file, std::string_view name) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return std::nullopt;
  const std::size_t arguments = name.find('<');
  if (arguments != std::string_view::npos) name = name.substr(0, arguments);
  const std::size_t scope = name.rfind("::");
  if (scope != std::string_view::npos) name = name.substr(scope + 2);
  std::optional<ClassCode> found;
  for (const ClassCode& each : structure->outline->classes) {
    if (name.empty() || each.name != name) continue;
    if (found) return std::nullopt;
    found = each;
  }
  return found;
}

std::optional<ClassCode> ClassAt(const SourceFile& file, int line) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return std::nullopt;
  return Innermost(file, structure->outline->classes, &ClassCode::body, line);
}

std::vector<std::size_t> UsesOf(const SourceFile& file, CodeRange range, std::string_view name) {
  const std::vector<std::size_t>& all = TokensNamed(file, name);
  std::vector<std::size_t> uses;
  for (auto at = std::lower_bound(all.begin(), all.end(), TokenAt(file, range.begin));
       at != all.end() && file.tokens()[*at].end <= range.end; ++at) {
    uses.push_back(*at);
  }
  return uses;
}

CodeRange RangeOf(const SourceFile& file, std::size_t first_token, std::size_t last_token) {
  return {file.tokens()[first_token].begin, file.tokens()[last_token].end};
}

std::size_t ClosingToken(const SourceFile& file, std::size_t open) {
  const std::vector<SourceToken>& tokens = file.tokens();
  std::vector<char> closers;
  const bool is_template = open < tokens.size() && tokens[open].text == "<";
  for (std::size_t i = open; i < tokens.size(); ++i) {
    const std::string_view text = tokens[i].text;
    if (text == "(" || text == "[" || text == "{") {
      closers.push_back(text == "(" ? ')' : text == "[" ? ']' : '}');
    } else if (text == ")" || text == "]" || text == "}") {
      if (closers.empty() || closers.back() != text[0]) break;
      closers.pop_back();
    } else if (is_template && text == "<") {
      // Within parentheses it is a comparison as well as not.
      if (closers.empty() || closers.back() == '>') closers.push_back('>');
    } else if (is_template && text == ">") {
      if (!closers.empty() && closers.back() == '>') closers.pop_back();
    } else if (is_template && text == ";") {
      break;
    }
    if (closers.empty()) return i;
  }
  return tokens.size();
}

std::size_t TokenAt(const SourceFile& file, std::size_t offset) {
  const std::vector<SourceToken>& tokens = file.tokens();
  const auto found =
      std::lower_bound(tokens.begin(), tokens.end(), offset,
                       [](const SourceToken& token, std::size_t at) { return token.begin < at; });
  return static_cast<std::size_t>(found - tokens.begin());
}

}  // namespace memprof
