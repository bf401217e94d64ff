// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/references_to_entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/source/variable_uses.h"

namespace memprof {
namespace {

bool IsSequence(ContainerKind kind) {
  return kind == ContainerKind::kVector || kind == ContainerKind::kDeque ||
         kind == ContainerKind::kList;
}

/// Whether the type before `::iterator` may be the container's: another std:: one is not.
bool MayIterate(const InsertionSite& site, std::size_t iterator) {
  const SourceFile& file = *site.file;
  std::size_t first = iterator;
  while (first > 0 && TokenText(file, first - 1) != ";" && TokenText(file, first - 1) != "{" &&
         TokenText(file, first - 1) != "}") {
    --first;
  }
  const std::string_view before = file.Text(RangeOf(file, first, iterator));
  const std::size_t scope = before.rfind(">::");
  const std::size_t open = site.type_text.find('<');
  if (scope == std::string_view::npos) return site.type.kind != ContainerKind::kString;
  const std::string own = site.type_text.substr(0, open);
  return !own.starts_with("std::") || before.find(own + "<") != std::string_view::npos;
}

/// The variable that the statement with the token sets to something made of the container.
std::string_view SetVariable(const SourceFile& file, const StatementTokens& statement,
                             std::size_t use) {
  static constexpr std::array<std::string_view, 5> kValues = {"size", "count", "contains", "empty",
                                                              "capacity"};
  const std::string_view asked = TokenText(file, use + 2);
  if (std::find(kValues.begin(), kValues.end(), asked) != kValues.end()) return {};
  std::size_t first = statement.first;
  if (statement.is_head) {
    while (first < use && TokenText(file, first) != "(") ++first;
    ++first;
  }
  for (std::size_t i = use; i-- > first + 1;) {
    const std::string_view text = TokenText(file, i);
    const bool sets = text == "=" && TokenText(file, i + 1) != "=" &&
                      TokenText(file, i - 1) != "=" && TokenText(file, i - 1) != "!";
    if (!sets) continue;
    const std::string_view name = TokenText(file, i - 1);
    const bool refers = [&] {
      if (i - 1 == first) return true;  // "it = …": declared elsewhere
      for (std::size_t k = first; k + 1 < i; ++k) {
        const std::string_view word = TokenText(file, k);
        if (word == "auto" || word == "&" || word == "*" || word == "iterator") return true;
        if (word == "const_iterator") return true;
      }
      return false;
    }();
    return refers ? name : std::string_view();
  }
  return {};
}

bool IsReference(const SourceFile& file, const InsertionSite& site, std::string_view name) {
  for (const std::size_t use : UsesOf(file, site.function.body, name)) {
    const bool declares = TokenText(file, use + 1) == "=" && TokenText(file, use - 1) == "&";
    if (declares) return true;
  }
  return false;
}

/// First token of the outermost loop in the function that the token is in; the token itself where
/// there is none.
std::size_t LoopAround(const InsertionSite& site, std::size_t token) {
  const SourceFile& file = *site.file;
  std::size_t loop = token;
  const std::size_t begin = TokenAt(file, site.function.body.begin);
  for (std::size_t i = begin; i < token; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "do") {
      if (ClosingToken(file, i + 1) > token) return i;
      continue;
    }
    if (text != "for" && text != "while") continue;
    const std::size_t head = ClosingToken(file, i + 1);
    std::size_t end = head + 1;
    if (TokenText(file, end) == "{") {
      end = ClosingToken(file, end);
    } else {
      while (end < file.tokens().size() && TokenText(file, end) != ";") ++end;
    }
    if (end >= token) return i;
  }
  return loop;
}

}  // namespace

std::string HandedOutHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::string& returns = site.function.returns;
  if (returns.ends_with("&") || returns.ends_with("*") ||
      returns.find("string_view") != std::string::npos ||
      returns.find("iterator") != std::string::npos) {
    return fmt::format("`{}` hands out a reference to the entry, so its callers go on using it",
                       site.function.name);
  }
  // "ticket.at = entries.emplace(…).first;", "last = &entry;"
  if (!site.is_whole_statement && !site.statement.is_head && site.method != "[]" &&
      site.method != "+=") {
    for (std::size_t i = site.statement.first; i < site.call_first; ++i) {
      const bool member = TokenText(file, i) == "." || TokenText(file, i) == "->";
      if (member && TokenText(file, i + 2) == "=") {
        return fmt::format("`{}` keeps where the entry is",
                           CodeOf(file, site.statement.first, i + 1));
      }
    }
  }
  for (const std::size_t use : UsesOf(file, site.function.body, site.container.name)) {
    const auto statement = StatementAround(file, use);
    if (!statement) continue;
    for (std::size_t i = statement->first + 2; i < use; ++i) {
      if (TokenText(file, i) != "=" || TokenText(file, i - 2) != "&") continue;
      const std::string_view entry = TokenText(file, i - 1);
      for (const std::size_t later : UsesOf(file, site.function.body, entry)) {
        if (TokenText(file, later - 1) == "&" && TokenText(file, later - 2) == "=") {
          return fmt::format("the address of `{}` is kept, which is an entry of `{}`", entry,
                             site.container.name);
        }
      }
    }
  }
  return {};
}

std::string KeptPlaceHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::string& name = site.container.name;
  for (std::size_t i = 1; i + 1 < file.tokens().size(); ++i) {
    if (TokenText(file, i) != "iterator") continue;
    const std::string_view behind = TokenText(file, i + 1);
    const bool is_kept = behind == ">" || behind == ",";
    const auto function = FunctionAt(file, file.tokens()[i].line);
    if (is_kept && TokenText(file, i + 2) != "(" && !function && MayIterate(site, i)) {
      return "iterators into a container are kept in this file, and would dangle";
    }
  }
  if (!IsSequence(site.type.kind)) return {};
  for (const FunctionCode& function : FunctionsOf(file)) {
    for (const std::size_t use : UsesOf(file, function.body, name)) {
      std::size_t open = use + 1;
      if (TokenText(file, open) == "." && TokenText(file, open + 1) == "at") open += 2;
      const bool indexes =
          TokenText(file, open) == "[" || (open != use + 1 && TokenText(file, open) == "(");
      if (!indexes) continue;
      const std::size_t close = ClosingToken(file, open);
      for (std::size_t i = open + 1; i < close && i < file.tokens().size(); ++i) {
        if (!IsWord(file.tokens()[i])) continue;
        const std::string_view word = TokenText(file, i);
        const std::vector<std::size_t> in_body = UsesOf(file, function.body, word);
        const bool is_local = std::any_of(in_body.begin(), in_body.end(), [&](std::size_t each) {
          return IsDeclaredName(file, each);
        });
        const bool is_cursor = !is_local && word.find_first_not_of("0123456789") != word.npos &&
                               TokenText(file, i + 1) != "(" && !IsQualified(file, i) &&
                               TokenText(file, i + 1) != "." && TokenText(file, i + 1) != "::" &&
                               !word.starts_with('k');
        if (UsesOf(file, function.parameters, word).empty() && !is_cursor) continue;
        return fmt::format("`{}` finds entries of `{}` by their index, which eviction shifts",
                           function.name, name);
      }
    }
  }
  for (const std::size_t use : UsesOf(file, site.function.body, name)) {
    const auto statement = StatementAround(file, use);
    if (statement && TokenText(file, statement->first) == "return" &&
        TokenText(file, use + 2) == "size") {
      return fmt::format("`{}` returns an entry's index, which eviction shifts",
                         site.function.name);
    }
  }
  return {};
}

std::string DanglingHazard(const InsertionSite& site, bool before) {
  const SourceFile& file = *site.file;
  const std::size_t point = before ? site.statement.first : site.statement.last + 1;
  const std::size_t loop = LoopAround(site, point);
  const std::size_t end = TokenAt(file, site.function.body.end);
  std::vector<std::size_t> uses = UsesOf(file, site.function.body, site.container.name);
  for (const std::size_t use : uses) {
    if (use >= point && loop == point) break;
    if (use >= site.call_first && use <= site.call_last && before) continue;
    const auto statement = StatementAround(file, use);
    if (!statement) {
      // In a loop's head: the loop goes over the container, or asks it something.
      const std::string_view asked = TokenText(file, use + 2);
      if (loop != point && use > loop && asked != "size" && asked != "empty") {
        return fmt::format("the loop goes over `{}` while it fills it", site.container.name);
      }
      continue;
    }
    const std::string_view name = SetVariable(file, *statement, use);
    if (name.empty()) continue;
    for (const std::size_t later : UsesOf(file, site.function.body, name)) {
      if (later < (use < loop ? loop : point) || later >= end) continue;
      if (use >= loop && loop != point && later > use && later < point) continue;
      // Set anew, it no longer refers to what it did; through a reference that would be a use.
      const bool sets = TokenText(file, later + 1) == "=" && TokenText(file, later + 2) != "=" &&
                        TokenText(file, later - 1) != "*";
      if (sets && !IsReference(file, site, name)) break;
      return fmt::format("`{}` refers into `{}` and is used after the place to evict", name,
                         site.container.name);
    }
  }
  return {};
}

}  // namespace memprof
