// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string_view>

#include "runner/source/code_outline.h"
#include "runner/source/code_scope.h"
#include "runner/source/code_statements.h"
#include "runner/source/code_structure.h"

namespace memprof {
namespace {

const std::set<std::string_view> kStorage = {"static", "thread_local", "extern",    "mutable",
                                             "inline", "constexpr",    "constinit", "register"};
const std::set<std::string_view> kQualifiers = {"const", "volatile", "typename", "struct",
                                                "class", "union",    "enum"};
const std::set<std::string_view> kBuiltIn = {
    "unsigned", "signed", "long", "short",   "int",     "char",     "bool",    "double",
    "float",    "void",   "auto", "wchar_t", "char8_t", "char16_t", "char32_t"};
/// Words that begin a statement, or stand in one, where no type or name can.
const std::set<std::string_view> kNoName = {
    "return",        "delete",    "new",      "throw",     "goto",     "using",
    "typedef",       "case",      "default",  "if",        "else",     "for",
    "while",         "do",        "switch",   "try",       "catch",    "break",
    "continue",      "friend",    "template", "operator",  "public",   "private",
    "protected",     "namespace", "sizeof",   "co_return", "co_await", "co_yield",
    "static_assert", "this",      "true",     "false",     "nullptr",  "not",
    "and",           "or",        "virtual",  "explicit",  "asm"};

class DeclarationReader {
 public:
  /// `last`: the token of the `;`.
  DeclarationReader(const SourceFile& file, std::size_t first, std::size_t last)
      : file_(file), tokens_(file.tokens()), first_(first), last_(last) {}

  std::optional<Declaration> Read(bool is_member) {
    if (Text(last_) != ";") return std::nullopt;
    std::size_t type = first_;
    while (type < last_ && (kStorage.contains(Text(type)) || IsAttribute(type))) {
      type = IsAttribute(type) ? ClosingToken(file_, type) + 1 : type + 1;
    }
    const std::size_t name = TypeEnd(type, last_);
    if (name == kNone || name >= last_ || !IsName(name)) return std::nullopt;
    Declaration found;
    found.type = Spelled(file_, type, name);
    found.name = std::string(Text(name));
    found.whole = RangeOf(file_, first_, last_);
    found.type_range = RangeOf(file_, type, name - 1);
    found.name_range = RangeOf(file_, name, name);
    found.line = tokens_[name].line;
    if (!ReadRest(name + 1, is_member, &found)) return std::nullopt;
    return found;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// Behind the type that begins at `i`; kNone where none does.
  std::size_t TypeEnd(std::size_t i, std::size_t end) const {
    while (i < end && kQualifiers.contains(Text(i))) ++i;
    if (kBuiltIn.contains(Text(i))) {
      while (i < end && (kBuiltIn.contains(Text(i)) || kQualifiers.contains(Text(i)))) ++i;
    } else if (Text(i) == "decltype" && Text(i + 1) == "(") {
      i = ClosingToken(file_, i + 1) + 1;
    } else {
      if (Text(i) == "::") ++i;
      if (i >= end || !IsName(i)) return kNone;
      i = BehindArguments(i + 1, end);
      while (i + 1 < end && Text(i) == "::") {
        if (Text(i + 1) == "template") ++i;
        if (!IsName(i + 1)) return kNone;
        i = BehindArguments(i + 2, end);
      }
    }
    while (i < end &&
           (Text(i) == "*" || Text(i) == "&" || Text(i) == "const" || Text(i) == "volatile")) {
      ++i;
    }
    return i;
  }

  bool IsName(std::size_t i) const {
    if (i >= tokens_.size() || !IsWord(tokens_[i])) return false;
    const std::string_view text = Text(i);
    return !(text[0] >= '0' && text[0] <= '9') && !kNoName.contains(text) &&
           !kBuiltIn.contains(text) && !kQualifiers.contains(text) && !kStorage.contains(text);
  }

 private:
  std::string_view Text(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i].text : std::string_view();
  }
  bool IsAttribute(std::size_t i) const { return Text(i) == "[" && Text(i + 1) == "["; }

  std::size_t BehindArguments(std::size_t i, std::size_t end) const {
    if (i >= end || Text(i) != "<") return i;
    const std::size_t close = ClosingToken(file_, i);
    return close < end ? close + 1 : i;
  }

  bool ReadRest(std::size_t i, bool is_member, Declaration* found) const {
    while (i < last_) {
      const std::string_view text = Text(i);
      const std::size_t close = ClosingToken(file_, i);
      if (LooksLikeMacro(text) && Text(i + 1) == "(") {
        i = ClosingToken(file_, i + 1) + 1;
      } else if (text == "[" && close < last_) {
        i = close + 1;
      } else if (text == "=") {
        if (i + 1 >= last_) return false;
        found->initializer = RangeOf(file_, i + 1, last_ - 1);
        return !HasComma(i + 1);
      } else if (text == "{" || text == "(") {
        if (close + 1 != last_ || (text == "(" && (is_member || IsParameters(i, close)))) {
          return false;
        }
        found->initializer = {tokens_[i].end, tokens_[close].begin};
        return true;
      } else if (text == ":" && is_member) {
        i = last_;
      } else {
        return false;
      }
    }
    return true;
  }

  /// Whether a second variable is declared behind.
  bool HasComma(std::size_t i) const {
    while (i < last_) {
      const std::string_view text = Text(i);
      if (text == ",") return true;
      const bool bracket =
          text == "(" || text == "[" || text == "{" || (text == "<" && IsWord(tokens_[i - 1]));
      const std::size_t close = bracket ? ClosingToken(file_, i) : i;
      i = close < last_ ? close + 1 : i + 1;
    }
    return false;
  }

  /// Of a function that is declared, rather than arguments.
  bool IsParameters(std::size_t open, std::size_t close) const {
    if (open + 1 == close) return true;
    const std::size_t name = TypeEnd(open + 1, close);
    if (name == kNone) return false;
    if (name < close && IsName(name)) return true;
    const std::string_view last = Text(name - 1);
    return name == close && (kBuiltIn.contains(last) || last == "*" || last == "&");
  }

  const SourceFile& file_;
  const std::vector<SourceToken>& tokens_;
  const std::size_t first_;
  const std::size_t last_;
};

/// Whether the token at `use` names a variable that a condition, loop, closure, structured binding
/// or list of declarations makes.
bool IsDeclaredAt(const SourceFile& file, std::size_t use) {
  const std::vector<SourceToken>& tokens = file.tokens();
  if (use < 2) return false;
  const DeclarationReader reader(file, use, use);
  const SourceToken& before = tokens[use - 1];
  if (IsWord(before)) return reader.IsName(use - 1) || kBuiltIn.contains(before.text);
  if (before.text != "*" && before.text != "&" && before.text != ">") return false;
  for (std::size_t begin = use - 1; begin > 0; --begin) {
    const std::string_view text = tokens[begin].text;
    if (text == ";" || text == "{" || text == "}" || text == ")") return false;
    if (text != "(") continue;
    const std::string_view callee = tokens[begin - 1].text;
    const bool declares = callee == "for" || callee == "if" || callee == "while" ||
                          callee == "switch" || callee == "catch" || callee == "]";
    return declares && reader.TypeEnd(begin + 1, use) == use;
  }
  return false;
}

}  // namespace

std::optional<Declaration> DeclarationIn(const SourceFile& file, const Statement& statement) {
  const std::size_t first = TokenAt(file, statement.range.begin);
  const std::size_t behind = TokenAt(file, statement.range.end);
  if (behind <= first) return std::nullopt;
  return DeclarationReader(file, first, behind - 1).Read(false);
}

std::optional<Declaration> MemberOf(const SourceFile& file, const ClassCode& of,
                                    std::string_view name) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return std::nullopt;
  const std::size_t behind = TokenAt(file, of.body.begin);
  for (const CodeStatement& each : structure->statements) {
    if (each.block + 1 != behind) continue;
    const auto found = DeclarationReader(file, each.first, each.last).Read(true);
    if (found && found->name == name) return found;
  }
  return std::nullopt;
}

std::optional<Declaration> LocalOf(const SourceFile& file, const FunctionCode& of,
                                   std::string_view name) {
  std::optional<Declaration> found;
  for (const Statement& each : StatementsIn(file, of.body)) {
    const std::optional<Declaration> declared = DeclarationIn(file, each);
    if (!declared || declared->name != name) continue;
    if (found) return std::nullopt;
    found = declared;
  }
  if (!found) return std::nullopt;
  for (const std::size_t use : UsesOf(file, of.body, name)) {
    const bool is_it = file.tokens()[use].begin == found->name_range.begin;
    if (!is_it && IsDeclaredAt(file, use)) return std::nullopt;
  }
  return found;
}

}  // namespace memprof
