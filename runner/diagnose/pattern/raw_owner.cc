// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/raw_owner.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

const std::vector<std::string_view> kFrees = {"free", "g_free", "xfree"};

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// Whether the condition holds only where the variable is null.
bool TestsForNull(const SourceFile& file, CodeRange condition, const std::string& name) {
  for (const std::size_t i : UsesOf(file, condition, name)) {
    if (i > 0 && Text(file, i - 1) == "!") return true;
    if (Text(file, i + 1) == "=" && Text(file, i + 2) == "=") return true;
    if (i > 1 && Text(file, i - 1) == "=" && Text(file, i - 2) == "=") return true;
  }
  return false;
}

/// Whether a loop begins in between, so that a `continue` behind it may be that loop's.
bool HasLoop(const SourceFile& file, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < end; ++i) {
    if (Text(file, i) == "for" || Text(file, i) == "while" || Text(file, i) == "do") return true;
  }
  return false;
}

/// The parentheses of the `if` that `token` is directly under, with braces or without.
CodeRange ConditionOf(const SourceFile& file, std::size_t token) {
  std::size_t before = token;
  const std::size_t open_offset = BlockAround(file, token).begin;
  // Without braces: a `)` stands right before the statement.
  if (before > 0 && Text(file, before - 1) != ")") {
    const std::size_t open = TokenAt(file, open_offset);
    if (open == 0) return {};
    before = open - 1;  // the `{`
  }
  if (before == 0 || Text(file, before - 1) != ")") return {};
  int depth = 0;
  for (std::size_t i = before - 1; i > 0; --i) {
    if (Text(file, i) == ")") ++depth;
    if (Text(file, i) != "(" || --depth > 0) continue;
    return Text(file, i - 1) == "if" ? RangeOf(file, i, before - 1) : CodeRange{};
  }
  return {};
}

bool IsRawPointer(const std::string& type) {
  return type.ends_with("*") || type.ends_with("*const") || type.ends_with("* const") ||
         type == "auto" || type == "const auto";
}

bool Within(CodeRange range, std::size_t offset) {
  return range.begin <= offset && offset < range.end;
}

/// The local of the statement at `line` whose value `acquirer_of` knows, by its tokens.
template <typename AcquirerOfTokens>
std::optional<RawOwner> OwnerOf(const SourceFile& file, int line,
                                const AcquirerOfTokens& acquirer_of) {
  const std::optional<FunctionCode> function = FunctionAt(file, line, true);
  if (!function) return std::nullopt;
  std::optional<RawOwner> found;
  for (const Statement& each : StatementsIn(file, function->body)) {
    if (line < each.first_line || each.last_line < line) continue;
    RawOwner owner;
    owner.function = *function;
    owner.acquired = each;
    const std::size_t first = TokenAt(file, each.range.begin);
    const std::size_t end = TokenAt(file, each.range.end) - 1;  // the `;`
    std::optional<Declaration> variable = DeclarationIn(file, each);
    if (variable) {
      const std::size_t value = TokenAt(file, variable->initializer.begin);
      owner.acquirer = acquirer_of(value, TokenAt(file, variable->initializer.end));
      owner.value = variable->initializer;
      variable = LocalOf(file, *function, variable->name);
    } else if (Text(file, first + 1) == "=" && IsWord(file.tokens()[first])) {
      owner.acquirer = acquirer_of(first + 2, end);
      owner.by_declaration = false;
      if (!owner.acquirer.empty()) owner.value = RangeOf(file, first + 2, end - 1);
      variable = LocalOf(file, *function, Text(file, first));
    }
    if (owner.acquirer.empty() || !variable || !IsRawPointer(variable->type)) continue;
    if (found) return std::nullopt;  // two on the line
    owner.variable = *variable;
    owner.uses = UsesOfVariable(file, *function, *variable, kFrees);
    found = std::move(owner);
  }
  return found;
}

}  // namespace

std::optional<RawOwner> RawOwnerAt(const SourceFile& file, int line) {
  return OwnerOf(file, line, [&file](std::size_t first, std::size_t end) {
    return AcquirerOf(file, first, end);
  });
}

std::optional<RawOwner> RawOwnerOfCall(const SourceFile& file, int line, const std::string& callee,
                                       const std::string& acquirer) {
  auto found = OwnerOf(file, line, [&](std::size_t first, std::size_t end) {
    std::size_t i = first;
    while (i < end && (IsWord(file.tokens()[i]) || Text(file, i) == "::" || Text(file, i) == "." ||
                       Text(file, i) == "->")) {
      ++i;
    }
    const bool calls = i > first && Text(file, i) == "(" && ClosingToken(file, i) + 1 == end &&
                       Text(file, i - 1) == callee;
    return calls ? acquirer : std::string();
  });
  if (found) found->by_call = true;
  return found;
}

std::string ReturnedAcquirer(const SourceFile& file, int line) {
  if (const std::optional<RawOwner> owner = RawOwnerAt(file, line)) {
    bool returned = false;
    for (const VariableUse& use : owner->uses) {
      if (use.kind == Kind::kReturned) returned = true;
      const bool looks = use.kind == Kind::kAccess || use.kind == Kind::kTest ||
                         use.kind == Kind::kReturned ||
                         (use.kind == Kind::kPassed && !SoundsLikeOwning(use.callee));
      if (!looks) return {};
    }
    return returned ? owner->acquirer : "";
  }
  const std::optional<Statement> statement = StatementAt(file, line);
  if (!statement) return {};
  const std::size_t first = TokenAt(file, statement->range.begin);
  if (Text(file, first) != "return") return {};
  return AcquirerOf(file, first + 1, TokenAt(file, statement->range.end) - 1);
}

std::string AcquirerOf(const SourceFile& file, std::size_t first, std::size_t end) {
  const std::vector<SourceToken>& tokens = file.tokens();
  if (first >= end) return {};
  if (Text(file, first) == "(") {  // a cast as in C
    const std::size_t close = ClosingToken(file, first);
    if (close + 1 >= end || Text(file, close - 1) != "*") return {};
    return AcquirerOf(file, close + 1, end);
  }
  if (Text(file, first) == "static_cast" || Text(file, first) == "reinterpret_cast") {
    const std::size_t open = ClosingToken(file, first + 1) + 1;
    if (Text(file, open) != "(" || ClosingToken(file, open) + 1 != end) return {};
    return AcquirerOf(file, open + 1, end - 1);
  }
  if (Text(file, first) == "new") {
    std::size_t i = first + 1;
    if (Text(file, i) == "(" && ClosingToken(file, i) + 1 < end) {
      // Placed, unless it is only told not to throw.
      const std::string_view placed = file.Text(RangeOf(file, i, ClosingToken(file, i)));
      if (placed.find("nothrow") == std::string_view::npos) return {};
      i = ClosingToken(file, i) + 1;
    }
    for (; i < end; ++i) {
      const std::string_view text = Text(file, i);
      const std::size_t close = ClosingToken(file, i);
      if (text == "(" || text == "{") return close + 1 == end ? "new" : "";
      if (text == "[") return close < end ? "new[]" : "";
      if (text == "<" && close < end) i = close;
      const bool of_type = IsWord(tokens[i]) || text == "::" || text == "<" || text == "*";
      if (!of_type) return {};
    }
    return "new";
  }
  std::size_t name = first;
  while (name + 1 < end && (Text(file, name) == "std" || Text(file, name) == "::")) ++name;
  if (Text(file, name + 1) != "(" || ClosingToken(file, name + 1) + 1 != end) return {};
  return IsAllocatingFunction(Text(file, name)) ? std::string(Text(file, name)) : "";
}

bool IsAllocatingFunction(std::string_view name) {
  return name == "malloc" || name == "calloc" || name == "aligned_alloc" || MakesCString(name);
}

bool MakesCString(std::string_view name) {
  return name == "strdup" || name == "strndup" || name == "wcsdup" || name == "realpath" ||
         name == "get_current_dir_name" || name == "canonicalize_file_name";
}

std::optional<LeakingExit> FindLeakingExit(const SourceFile& file, const RawOwner& owner) {
  const std::size_t behind = TokenAt(file, owner.acquired.range.end);
  const CodeRange scope = BlockAround(file, TokenAt(file, owner.variable.whole.begin));
  std::vector<const VariableUse*> releases;
  for (const VariableUse& use : owner.uses) {
    if (use.kind == Kind::kRelease && use.token >= behind) releases.push_back(&use);
  }
  for (const Statement& each : StatementsIn(file, scope)) {
    const std::size_t first = TokenAt(file, each.range.begin);
    if (first < behind) continue;
    const std::string_view word = Text(file, first);
    const bool leaves = word == "return" || word == "co_return" || word == "continue" ||
                        word == "throw" || word.starts_with("ASSERT_") || word == "GTEST_SKIP";
    if (!leaves || (word == "continue" && HasLoop(file, behind, first))) continue;
    const auto own = FunctionAt(file, each.first_line, true);
    if (!own || own->whole != owner.function.whole) continue;
    const VariableUse* next = nullptr;
    bool released = false;
    for (const VariableUse* release : releases) {
      const std::size_t at = file.tokens()[release->token].begin;
      const bool is_before = release->token < first;
      if (is_before && Within(BlockAround(file, release->token), each.range.begin)) released = true;
      if (!is_before && next == nullptr && !Within(each.range, at)) next = release;
    }
    const bool handed_out =
        std::any_of(owner.uses.begin(), owner.uses.end(), [&](const VariableUse& use) {
          const bool keeps = use.kind == Kind::kReturned || use.kind == Kind::kStored ||
                             use.kind == Kind::kCaptured || use.kind == Kind::kAddress;
          return keeps && file.tokens()[use.token].begin < each.range.end;
        });
    if (released || next == nullptr || handed_out) continue;
    if (TestsForNull(file, ConditionOf(file, first), owner.variable.name)) continue;
    if (word.starts_with("ASSERT_") && !UsesOf(file, each.range, owner.variable.name).empty()) {
      continue;  // most likely that it is not null
    }
    return LeakingExit{each.first_line, std::string(word), next->line, next->callee};
  }
  return std::nullopt;
}

}  // namespace memprof
