// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/outliving_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

bool IsView(std::string_view type) {
  if (type.ends_with('&') || type.ends_with('*') || type.ends_with("*const")) return true;
  for (const std::string_view word : {"view", "span", "iterator", "auto", "_ptr<"}) {
    if (type.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// Types that point to nothing, whatever they are made of.
bool IsPlainValue(std::string_view type) {
  if (type.starts_with("const ")) type.remove_prefix(6);
  if (type.starts_with("std::")) type.remove_prefix(5);
  static constexpr std::array<std::string_view, 22> kTypes = {
      "void",     "bool",     "char",         "int",      "unsigned", "long",
      "short",    "float",    "double",       "size_t",   "ssize_t",  "string",
      "int8_t",   "int16_t",  "int32_t",      "int64_t",  "uint8_t",  "uint16_t",
      "uint32_t", "uint64_t", "unsigned int", "ptrdiff_t"};
  return type.empty() || std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// The call whose argument the token is within: the name before its parenthesis; the statement's
/// own parentheses (`if (…)`) are none.
std::optional<std::size_t> CallAround(const SourceFile& file, std::size_t token,
                                      std::size_t first) {
  int depth = 0;
  for (std::size_t i = token; i-- > first + 1;) {
    const std::string_view text = TokenText(file, i);
    if (text == ")" || text == "]" || text == "}") ++depth;
    if (text != "(" && text != "[" && text != "{") continue;
    if (--depth >= 0) continue;
    const std::string_view before = TokenText(file, i - 1);
    const bool heads = before == "if" || before == "while" || before == "for" ||
                       before == "switch" || before == "sizeof" || before == "return";
    if (text == "(" && IsWord(file.tokens()[i - 1]) && !heads) return i - 1;
    depth = 0;
  }
  return std::nullopt;
}

/// Whether a function of that name in the file keeps a parameter, or a pointer to it.
bool Keeps(const SourceFile& file, std::string_view callee) {
  for (const FunctionCode& function : FunctionsOf(file)) {
    const std::size_t colon = function.name.rfind(':');
    const std::string_view name(function.name);
    if (name.substr(colon == std::string::npos ? 0 : colon + 1) != callee) continue;
    for (const CodeRange parameter : PartsOf(file, function.parameters, ',')) {
      const std::size_t end = TokenAt(file, parameter.end);
      if (end == 0 || parameter.begin >= parameter.end) continue;
      for (const std::size_t use : UsesOf(file, function.body, TokenText(file, end - 1))) {
        const std::string_view before = TokenText(file, use - 1);
        const bool sets =
            (before == "=" && TokenText(file, use - 2) != "=" && TokenText(file, use - 2) != "!") ||
            (before == "&" && TokenText(file, use - 2) != "&");
        const auto call = CallAround(file, use, TokenAt(file, function.body.begin));
        if (sets && TokenText(file, use + 1) != ".") return true;
        if (call && SoundsLikeOwning(TokenText(file, *call))) return true;
      }
    }
  }
  return false;
}

class Reader {
 public:
  Reader(const SourceFile& file, const FunctionCode& function) : file_(file), function_(function) {}

  /// Whether the use of the owner, or of a view of it, lets it be seen after its scope.
  bool Outlives(const VariableUse& use, int depth) const {
    if (use.kind == Kind::kTest || use.kind == Kind::kRelease || use.kind == Kind::kAssigned) {
      return false;
    }
    const std::optional<Statement> statement = StatementOf(use.token);
    if (!statement) return false;
    const std::size_t first = TokenAt(file_, statement->range.begin);
    const auto call = CallAround(file_, use.token, first);
    if (call && (Keeps(file_, TokenText(file_, *call)) ||
                 (use.kind == Kind::kAccess && MakesView(use, call) &&
                  SoundsLikeOwning(TokenText(file_, *call))))) {
      return true;
    }
    const std::string_view word = TokenText(file_, first);
    if (word == "return" || word == "co_return" || word == "co_yield") {
      const std::string& type = function_.returns;
      if (IsView(type)) return use.kind != Kind::kAccess || !IsNumberOf(use);
      if (use.kind == Kind::kPassed) return !IsPlainValue(type) || function_.is_closure;
      return MakesView(use, call) && !IsPlainValue(type);
    }
    if (const std::optional<Declaration> made = DeclarationIn(file_, *statement)) {
      return made->initializer.begin <= file_.tokens()[use.token].begin &&
             Becomes(*made, use, call) && ViewOutlives(*made, depth);
    }
    return Assigns(use, first, call);
  }

 private:
  std::optional<Statement> StatementOf(std::size_t token) const {
    const std::size_t at = file_.tokens()[token].begin;
    std::optional<Statement> found;
    for (const Statement& each : StatementsIn(file_, function_.body)) {
      if (each.range.begin <= at && at < each.range.end) found = each;
    }
    return found;
  }

  /// "&m->name", "m->name.c_str()", "m->Self()": not a copy of what it holds.
  bool MakesView(const VariableUse& use, const std::optional<std::size_t>& call) const {
    if (use.kind == Kind::kPassed || call) return true;
    const std::size_t begin = PostfixBegin(file_, use.token);
    if (begin > 0 && TokenText(file_, begin - 1) == "&") return true;
    std::size_t i = use.token + 1;
    while (TokenText(file_, i) == "." || TokenText(file_, i) == "->" ||
           TokenText(file_, i) == "[") {
      i = TokenText(file_, i) == "[" ? ClosingToken(file_, i) + 1 : i + 2;
      if (TokenText(file_, i) == "(") return true;
    }
    return false;
  }

  /// `&m[i]` points into it and `m[i]` of a function that returns a reference does; `m->next` of
  /// one that returns a pointer is another object's address.
  bool IsNumberOf(const VariableUse& use) const {
    const bool by_value = function_.returns.ends_with('*') &&
                          !MakesView(use, CallAround(file_, use.token, use.token - 1));
    return by_value;
  }

  bool Becomes(const Declaration& made, const VariableUse& use,
               const std::optional<std::size_t>& call) const {
    if (IsPlainValue(made.type)) return false;
    return made.type.ends_with('&') || MakesView(use, call);
  }

  /// A local view is no longer in scope than its owner; what is made of it may be.
  bool ViewOutlives(const Declaration& view, int depth) const {
    constexpr int kMaxDepth = 3;
    if (depth >= kMaxDepth) return true;
    for (const VariableUse& use : UsesOfVariable(file_, function_, view, {})) {
      if (use.kind == Kind::kReturned) {
        if (!IsPlainValue(function_.returns)) return true;
      } else if (use.kind == Kind::kStored || use.kind == Kind::kCaptured ||
                 use.kind == Kind::kAddress || Outlives(use, depth + 1)) {
        return true;
      }
    }
    return false;
  }

  /// "best = Smaller(m, best);", "view.text = &m->text;"
  bool Assigns(const VariableUse& use, std::size_t first,
               const std::optional<std::size_t>& call) const {
    for (std::size_t i = first; i < use.token; ++i) {
      const std::string_view text = TokenText(file_, i);
      if (text == "(" || text == "[") i = ClosingToken(file_, i);
      if (text != "=" || TokenText(file_, i + 1) == "=" || i == first) continue;
      const std::string_view before = TokenText(file_, i - 1);
      if (before == "!" || before == "=" || before == "<" || before == ">") return false;
      if (before == "+" || before == "-") return false;  // adds a copy
      const std::string type =
          DeclaredType(file_, function_, file_.Text(RangeOf(file_, first, i - 1)));
      return (type.empty() || !IsPlainValue(type)) && MakesView(use, call);
    }
    return false;
  }

  const SourceFile& file_;
  const FunctionCode& function_;
};

}  // namespace

std::string OutlivingView(const SourceFile& file, const RawOwner& owner) {
  const Reader reader(file, owner.function);
  for (const VariableUse& use : owner.uses) {
    if (!reader.Outlives(use, 0)) continue;
    return fmt::format("line {} may let what `{}` points to be used after its scope", use.line,
                       owner.variable.name);
  }
  return {};
}

}  // namespace memprof
