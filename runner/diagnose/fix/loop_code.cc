// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/loop_code.h"

#include <algorithm>
#include <cctype>

#include "runner/diagnose/fix/expression.h"

namespace memprof {
namespace {

/// Last token of the statement that begins at `first`; the number of tokens when it has no end.
std::size_t StatementEnd(const SourceFile& file, std::size_t first) {
  const std::size_t none = file.tokens().size();
  const std::string_view text = TokenText(file, first);
  if (text == "{") return ClosingToken(file, first);
  if (text == "for" || text == "while" || text == "if") {
    std::size_t open = first + 1;
    while (open < none && TokenText(file, open) != "(") ++open;  // "if constexpr ("
    const std::size_t close = open < none ? ClosingToken(file, open) : none;
    if (close + 1 >= none) return none;
    const std::size_t end = StatementEnd(file, close + 1);
    if (text != "if" || end + 1 >= none || TokenText(file, end + 1) != "else") return end;
    return StatementEnd(file, end + 2);
  }
  for (std::size_t i = first; i < none; ++i) {
    const std::string_view each = TokenText(file, i);
    if (each == ";") return i;
    if (each == "}") return none;
    if (each == "(" || each == "[" || each == "{") i = ClosingToken(file, i);
  }
  return none;
}

std::optional<LoopCode> LoopAt(const SourceFile& file, std::size_t keyword) {
  const std::size_t none = file.tokens().size();
  if (TokenText(file, keyword + 1) != "(") return std::nullopt;
  const std::size_t close = ClosingToken(file, keyword + 1);
  if (close + 1 >= none) return std::nullopt;
  const std::size_t end = StatementEnd(file, close + 1);
  if (end >= none) return std::nullopt;
  LoopCode loop;
  loop.line = file.tokens()[keyword].line;
  loop.head = {file.tokens()[keyword + 1].end, file.tokens()[close].begin};
  loop.body = RangeOf(file, close + 1, end);
  loop.whole = RangeOf(file, keyword, end);
  loop.is_braced = TokenText(file, close + 1) == "{";
  if (TokenText(file, keyword) == "while") {
    loop.kind = LoopCode::Kind::kWhile;
    loop.parts = {loop.head};
    return loop;
  }
  loop.parts = PartsOf(file, loop.head, ';');
  if (loop.parts.size() == 3) return loop;
  loop.kind = LoopCode::Kind::kRangeFor;
  loop.parts = PartsOf(file, loop.head, ':');
  if (loop.parts.size() != 2) return std::nullopt;
  return loop;
}

bool HasWord(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const auto is_word = [&](std::size_t i) {
      return i < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_');
    };
    if ((at == 0 || !is_word(at - 1)) && !is_word(at + word.size())) return true;
  }
  return false;
}

bool IsUnsigned(std::string_view type) {
  return HasWord(type, "size_t") || HasWord(type, "unsigned") || HasWord(type, "uint32_t") ||
         HasWord(type, "uint64_t") || HasWord(type, "size_type");
}

bool IsSized(std::string_view type) {
  for (const std::string_view name :
       {"vector", "string", "deque", "list", "map", "set", "array", "unordered_map",
        "unordered_set", "multimap", "span", "string_view", "initializer_list"}) {
    if (HasWord(type.substr(0, type.find('<')), name)) return true;
  }
  return false;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) || c == '\'';
  });
}

/// Of member `name` of the one class of the file that `type` names: "const Row&" names Row.
std::string MemberType(const SourceFile& file, std::string_view type, std::string_view name) {
  std::string found;
  for (const SourceToken& word : TokensOf(type)) {
    const std::optional<ClassCode> of =
        IsWord(word) ? ClassNamed(file, word.text) : std::optional<ClassCode>();
    const std::optional<Declaration> member =
        of ? MemberOf(file, *of, name) : std::optional<Declaration>();
    if (!member) continue;
    if (!found.empty()) return "";
    found = member->type;
  }
  return found;
}

}  // namespace

std::vector<LoopCode> LoopsAround(const SourceFile& file, const FunctionCode& function,
                                  std::size_t offset) {
  std::vector<LoopCode> loops;
  for (std::size_t i = TokenAt(file, function.body.begin);
       i < file.tokens().size() && file.tokens()[i].begin < offset; ++i) {
    if (TokenText(file, i) != "for" && TokenText(file, i) != "while") continue;
    std::optional<LoopCode> loop = LoopAt(file, i);
    if (!loop || offset < loop->body.begin || offset >= loop->body.end) continue;
    if (!IsInClosure(file, loop->body, offset)) loops.insert(loops.begin(), std::move(*loop));
  }
  return loops;
}

std::optional<TurnCount> TurnsOf(const SourceFile& file, const FunctionCode& function,
                                 const LoopCode& loop) {
  if (loop.kind == LoopCode::Kind::kRangeFor) {
    const CodeRange over = loop.parts[1];
    if (!IsPlainPath(file, over)) return std::nullopt;
    const std::string name(file.Text(over));
    if (!IsSized(DeclaredType(file, function, name))) return std::nullopt;
    return TurnCount{name + ".size()", false};
  }
  if (loop.kind != LoopCode::Kind::kFor) return std::nullopt;
  // int i = 0; i < n; ++i
  const std::size_t first = TokenAt(file, loop.parts[0].begin);
  std::size_t equals = first;
  while (equals < file.tokens().size() && TokenText(file, equals) != "=") ++equals;
  if (equals == first || TokenText(file, equals + 1) != "0" || TokenText(file, equals + 2) != ";") {
    return std::nullopt;
  }
  const std::string_view counter = TokenText(file, equals - 1);
  const std::size_t condition = TokenAt(file, loop.parts[1].begin);
  const bool less =
      TokenText(file, condition) == counter &&
      ((TokenText(file, condition + 1) == "<" && TokenText(file, condition + 2) != "=") ||
       IsPair(file, condition + 1, "!="));
  if (!less) return std::nullopt;
  const std::size_t step = TokenAt(file, loop.parts[2].begin);
  const std::string_view step_text = file.Text(loop.parts[2]);
  if (step_text != "++" + std::string(counter) && step_text != std::string(counter) + "++") {
    return std::nullopt;
  }
  if (step >= file.tokens().size() || MayChange(file, loop.body, counter)) {
    // Passed to a function, an integer counter is as good as read; only writes matter.
    for (const std::size_t use : UsesOf(file, loop.body, counter)) {
      const std::string_view next = TokenText(file, use + 1);
      const bool written =
          (next == "=" && !IsPair(file, use + 1, "==")) || IsPair(file, use + 1, "++") ||
          IsPair(file, use + 1, "--") || IsPair(file, use + 1, "+=") ||
          IsPair(file, use + 1, "-=") ||
          (use > 1 && (IsPair(file, use - 2, "++") || IsPair(file, use - 2, "--")));
      if (written) return std::nullopt;
    }
  }
  const bool pair = IsPair(file, condition + 1, "!=");
  const CodeRange limit =
      Trimmed(file, {file.tokens()[condition + (pair ? 2 : 1)].end, loop.parts[1].end});
  const std::string text(file.Text(limit));
  if (IsNumber(text)) return TurnCount{text, false};
  if (text.ends_with(".size()")) {
    const CodeRange owner = {limit.begin, limit.end - std::string_view(".size()").size()};
    if (!IsPlainPath(file, owner)) return std::nullopt;
    return TurnCount{text, false};
  }
  if (!IsPlainPath(file, limit)) return std::nullopt;
  return TurnCount{text, !IsUnsigned(DeclaredType(file, function, text))};
}

std::optional<Statement> InnerStatementAt(const SourceFile& file, int line) {
  const std::size_t none = file.tokens().size();
  std::optional<Statement> statement = StatementAt(file, line);
  while (statement) {
    std::size_t first = TokenAt(file, statement->range.begin);
    const std::string_view keyword = TokenText(file, first);
    if (keyword == "for" || keyword == "while" || keyword == "if") {
      while (first < none && TokenText(file, first) != "(") ++first;
      first = first < none ? ClosingToken(file, first) + 1 : none;
    } else if (keyword == "else" || keyword == "do") {
      ++first;
    } else {
      break;
    }
    if (TokenText(file, first) == "{") ++first;
    if (first >= none || file.tokens()[first].line != line) break;
    std::size_t end = first;
    for (; end < none && TokenText(file, end) != ";"; ++end) {
      const std::string_view text = TokenText(file, end);
      if (text == "(" || text == "[" || text == "{") end = ClosingToken(file, end);
    }
    if (end >= none) break;
    statement->range = RangeOf(file, first, end);
    statement->first_line = line;
    statement->last_line = file.tokens()[end].line;
  }
  return statement;
}

bool IsBareBody(const SourceFile& file, const Statement& statement) {
  const std::size_t first = TokenAt(file, statement.range.begin);
  if (first == 0) return false;
  const std::string_view before = TokenText(file, first - 1);
  if (before == "else" || before == "do") return true;
  if (before != ")") return false;
  const std::size_t open = OpeningToken(file, first - 1);
  if (open == 0 || open >= file.tokens().size()) return false;
  const std::string_view keyword = TokenText(file, open - 1);
  return keyword == "if" || keyword == "for" || keyword == "while" || keyword == "constexpr";
}

std::string DeclaredType(const SourceFile& file, const FunctionCode& function,
                         std::string_view name) {
  const std::size_t last = name.find_last_of(".>");
  if (last != std::string_view::npos) {
    const std::string_view owner = name.substr(0, last - (name[last] == '>' ? 1 : 0));
    const std::string type =
        owner == "this" ? function.class_name : DeclaredType(file, function, owner);
    return MemberType(file, type, name.substr(last + 1));
  }
  if (const std::optional<Declaration> local = LocalOf(file, function, name)) return local->type;
  for (const std::size_t use : UsesOf(file, function.body, name)) {
    if (IsDeclaredName(file, use)) return "";  // several of one name, or one that is not plain
  }
  for (const CodeRange parameter : PartsOf(file, function.parameters, ',')) {
    const std::vector<std::size_t> named = UsesOf(file, parameter, name);
    if (named.size() != 1) continue;
    return std::string(
        file.Text(Trimmed(file, {parameter.begin, file.tokens()[named.front()].begin})));
  }
  return MemberType(file, function.class_name, name);
}

}  // namespace memprof
