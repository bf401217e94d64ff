// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/token_walk.h"

#include <algorithm>
#include <cctype>

#include "runner/source/code_scope.h"

namespace memprof {
namespace {

bool Opens(std::string_view text) { return text == "(" || text == "[" || text == "{"; }
bool Closes(std::string_view text) { return text == ")" || text == "]" || text == "}"; }

/// First token of what stands between the last `;` or brace and `token`.
std::optional<std::size_t> BeginOfStatement(const SourceFile& file, std::size_t token) {
  std::size_t first = token;
  while (first > 0) {
    const std::string_view before = TokenText(file, first - 1);
    if (before == ";" || before == "{" || before == "}") {
      // A `;` within a head: `if (init; condition)`, `for (;;)`.
      const std::size_t at = first - 1;
      if (before == ";") {
        std::size_t back = at;
        while (back > 0) {
          const std::string_view text = TokenText(file, back - 1);
          if (text == ")" || text == "]" || text == "}") {
            back = OpeningToken(file, back - 1);
            if (back == file.tokens().size()) return std::nullopt;
            continue;
          }
          if (text == "{") return first;
          if (text == "(") break;
          --back;
        }
        if (back == 0) return first;
        first = back - 1;
        continue;
      }
      return first;
    }
    if (before == ")" || before == "]") {
      first = OpeningToken(file, first - 1);
      if (first == file.tokens().size()) return std::nullopt;
    } else {
      --first;
    }
  }
  return first;
}

/// The `;` that ends what goes on at `token`; nothing when a bracket closes first.
std::optional<std::size_t> EndOfStatement(const SourceFile& file, std::size_t token) {
  for (std::size_t i = token; i < file.tokens().size(); ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == ";") return i;
    if (Closes(text)) return std::nullopt;
    if (Opens(text)) i = ClosingToken(file, i);
  }
  return std::nullopt;
}

/// Behind `case x:`, `default:` and labels.
std::size_t BehindLabels(const SourceFile& file, std::size_t first, std::size_t token) {
  for (;;) {
    const std::string_view text = TokenText(file, first);
    std::size_t colon = first + 1;
    if (text == "case") {
      while (colon < token && TokenText(file, colon) != ":") ++colon;
    }
    if (colon >= token || TokenText(file, colon) != ":") return first;
    first = colon + 1;
  }
}

}  // namespace

std::string CodeOf(const SourceFile& file, std::size_t first, std::size_t last) {
  std::string code;
  for (const char c : file.Text(RangeOf(file, first, last))) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (code.empty() || code.back() == ' ')) continue;
    code += blank ? ' ' : c;
  }
  return code;
}

bool HasWord(const SourceFile& file, std::string_view word) {
  const auto& tokens = file.tokens();
  return std::any_of(tokens.begin(), tokens.end(),
                     [word](const SourceToken& token) { return token.text == word; });
}

std::string FreeName(const SourceFile& file, const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; HasWord(file, name); ++number) name = wanted + std::to_string(number);
  return name;
}

std::string CamelCase(std::string_view name) {
  if (name.size() > 2 && name[1] == '_' && std::string_view("mgs").find(name[0]) < 3) {
    name.remove_prefix(2);
  }
  std::string camel;
  bool begins = true;
  for (const char c : name) {
    if (c == '_') {
      begins = true;
      continue;
    }
    camel += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins = false;
  }
  return camel;
}

std::optional<StatementTokens> StatementAround(const SourceFile& file, std::size_t token) {
  const auto begin = BeginOfStatement(file, token);
  if (!begin) return std::nullopt;
  StatementTokens found;
  found.first = BehindLabels(file, *begin, token);
  found.control = found.first;
  for (;;) {
    const std::string_view text = TokenText(file, found.first);
    if (text == "do") return std::nullopt;
    if (text == "else") {
      found.is_body = true;
      ++found.first;
      continue;
    }
    if (text != "if" && text != "for" && text != "while" && text != "switch") break;
    std::size_t open = found.first + 1;
    if (TokenText(file, open) == "constexpr") ++open;
    if (TokenText(file, open) != "(") return std::nullopt;
    const std::size_t close = ClosingToken(file, open);
    if (token <= close) {
      if (text == "for" || text == "while") return std::nullopt;
      found.is_head = true;
      found.last = close;
      return found;
    }
    found.is_body = true;
    found.first = close + 1;
  }
  const auto end = EndOfStatement(file, token);
  if (!end) {
    // In the arguments of a call or the like: the end of what encloses it.
    std::size_t at = found.first;
    const auto outer = EndOfStatement(file, at);
    if (!outer || *outer < token) return std::nullopt;
    found.last = *outer;
    return found;
  }
  found.last = *end;
  return found;
}

}  // namespace memprof
