// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/eviction_hazards.h"

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

std::string EntryHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::string element = site.type.Element();
  if (element.ends_with("*")) {
    return fmt::format("`{}` holds plain pointers, and the text does not show who deletes an entry",
                       site.container.name);
  }
  for (const std::string_view task : {"std::thread", "std::future", "std::shared_future"}) {
    if (element.find(task) == std::string::npos) continue;
    return fmt::format("an entry of `{}` is a running task, which must end before it is dropped",
                       site.container.name);
  }
  if (site.type.kind != ContainerKind::kVector) return {};
  // A vector moves its entries down by assignment.
  const bool grouped = element.starts_with("std::pair<") || element.starts_with("std::tuple<");
  if (grouped &&
      (element.find("<const ") != element.npos || element.find(", const ") != element.npos)) {
    return fmt::format("`{}` cannot be assigned, so a vector cannot erase it", element);
  }
  const std::size_t scope = element.rfind("::");
  const auto found =
      ClassNamed(file, scope == std::string::npos ? std::string_view(element)
                                                  : std::string_view(element).substr(scope + 2));
  if (!found) return {};
  if (!found->bases.empty()) {
    return fmt::format(
        "whether `{}` can be assigned depends on its bases, and erasing from a "
        "vector needs that",
        element);
  }
  const std::size_t end = TokenAt(file, found->body.end);
  std::size_t first = TokenAt(file, found->body.begin);
  for (std::size_t i = first; i < end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "operator" && TokenText(file, i + 1) == "=") {
      return fmt::format("`{}` has its own assignment, which erasing from a vector calls", element);
    }
    if (text == "{" || text == "(") i = ClosingToken(file, i);
    if (text == ";" || text == "{" || text == ":") first = i + 1;
    if (text == ";" || (text != "const" && text != "&")) continue;
    // "const int id;", "Owner& owner;": a member that cannot be assigned.
    std::size_t last = i;
    while (last < end && TokenText(file, last) != ";" && TokenText(file, last) != "(" &&
           TokenText(file, last) != "{") {
      ++last;
    }
    const bool is_member = TokenText(file, last) == ";" && (text == "&" || first == i);
    const bool points = std::any_of(file.tokens().begin() + static_cast<std::ptrdiff_t>(i),
                                    file.tokens().begin() + static_cast<std::ptrdiff_t>(last),
                                    [](const SourceToken& token) { return token.text == "*"; });
    if (is_member && !(text == "const" && points) && TokenText(file, first) != "static" &&
        TokenText(file, first) != "using") {
      return fmt::format("`{}` has a member that cannot be assigned, so a vector cannot erase it",
                         element);
    }
  }
  return {};
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

/// The function gives out where an entry is, and those who asked go on using it.
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

/// Entries that go with others elsewhere: numbered by the size, or beside those of a second
/// container that is filled in the same block.
std::string InStepHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::string& name = site.container.name;
  if (site.type.kind == ContainerKind::kString) return {};
  for (const std::size_t use : UsesOf(file, site.function.body, name)) {
    if (TokenText(file, use + 2) != "size") continue;
    const auto statement = StatementAround(file, use);
    if (!statement || statement->is_head) continue;
    for (std::size_t i = statement->first + 1; i < use; ++i) {
      if (TokenText(file, i) != "=" || TokenText(file, i + 1) == "=") continue;
      return fmt::format("`{}` reckons with the size of `{}`, which eviction changes",
                         site.function.name, name);
    }
  }
  const CodeRange block = BlockAround(file, site.name_token);
  for (std::size_t i = TokenAt(file, block.begin);
       i + 2 < file.tokens().size() && file.tokens()[i].begin < block.end; ++i) {
    const bool adds = (TokenText(file, i) == "push_back" || TokenText(file, i) == "emplace_back") &&
                      TokenText(file, i - 1) == "." && TokenText(file, i + 1) == "(";
    if (!adds || TokenText(file, i - 2) == name || !IsWord(file.tokens()[i - 2])) continue;
    if (LocalOf(file, site.function, TokenText(file, i - 2))) continue;
    if (TokenText(file, i - 2) == site.container.accessor) continue;
    return fmt::format("`{}` is filled beside `{}`, and their entries may belong together",
                       TokenText(file, i - 2), name);
  }
  return {};
}

/// What grows may be a container within an entry, which dropping other entries leaves as it is.
std::string InnerHazard(const InsertionSite& site) {
  if (site.method != "[]" || site.type.arguments.size() < 2) return {};
  const SourceFile& file = *site.file;
  const std::string_view next = TokenText(file, site.call_last + 1);
  if (next == "=" && TokenText(file, site.call_last + 2) != "=") return {};
  const ContainerType inner = ContainerTypeOf(site.type.arguments[1]);
  if (inner.kind == ContainerKind::kOther || inner.kind == ContainerKind::kString) return {};
  return fmt::format("an entry of `{}` is a container, and may be what grows", site.container.name);
}

/// `#if` between the statement and its neighbours: which of them is compiled is not known.
std::string PreprocessorHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::size_t first = site.statement.first;
  const std::size_t last = site.statement.last;
  const std::size_t begin = first == 0 ? 0 : file.tokens()[first - 1].end;
  const std::size_t end =
      last + 1 < file.tokens().size() ? file.tokens()[last + 1].begin : file.text().size();
  const std::string_view around = file.Text({begin, end});
  for (std::size_t line = around.find('\n'); line != around.npos;
       line = around.find('\n', line + 1)) {
    const std::size_t text = around.find_first_not_of(" \t", line + 1);
    if (text != around.npos && around[text] == '#') {
      return "the preprocessor chooses among the lines here";
    }
  }
  return {};
}

/// Iterators into the container that are kept beside it, and entries known by their place.
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

/// A local iterator or reference into the container that is used behind the eviction.
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

/// Arguments that read the container, other than for its end.
bool ReadsItself(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const CodeRange range = RangeOf(file, site.statement.first, site.statement.last);
  for (const std::size_t use : UsesOf(file, range, site.container.name)) {
    if (use == site.name_token) continue;
    const std::string_view asked = TokenText(file, use + 2);
    if (asked == "begin" || asked == "end" || asked == "cbegin" || asked == "cend") continue;
    return true;
  }
  return false;
}

/// A receiver that is made by calls other than of plain accessors does something each time.
std::string ReceiverHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  for (std::size_t i = site.call_first; i <= site.name_token; ++i) {
    if (TokenText(file, i) == "[") {
      return fmt::format("`{}` is looked up again with each use", site.expression);
    }
    if (TokenText(file, i + 1) != "(" || !IsWord(file.tokens()[i])) continue;
    const std::string_view name = TokenText(file, i);
    const bool plain = TokenText(file, i + 2) == ")";
    bool returns_reference = name == site.container.accessor;
    for (const FunctionCode& function : FunctionsOf(file)) {
      if (function.name == name || function.name.ends_with("::" + std::string(name))) {
        returns_reference |= function.returns.ends_with("&") || function.returns.ends_with("*");
      }
    }
    if (!plain || !returns_reference) {
      return fmt::format(
          "`{}` calls `{}`, and the text does not show that it gives the same each "
          "time",
          site.expression, name);
    }
  }
  return {};
}

}  // namespace

std::string EvictionHazard(const InsertionSite& site, bool before, bool keeps_new) {
  const SourceFile& file = *site.file;
  if (site.statement.is_head && site.statement.is_body) {
    return "the insertion is in the condition of an `else if`";
  }
  for (std::size_t i = TokenAt(file, site.function.whole.begin);
       file.tokens()[i].begin < site.function.body.begin; ++i) {
    if (TokenText(file, i) == "constexpr" || TokenText(file, i) == "consteval") {
      return "the function is constexpr";
    }
  }
  if (before && !keeps_new && TokenText(file, site.statement.first) == "return" &&
      (site.function.returns.ends_with("&") || site.function.returns.ends_with("*"))) {
    return fmt::format("`{}` hands out a reference to the entry, so its callers go on using it",
                       site.function.name);
  }
  if (before && ReadsItself(site)) {
    return fmt::format("what is put into `{}` is made of its other entries", site.container.name);
  }
  for (std::string why :
       {PreprocessorHazard(site), ReceiverHazard(site), EntryHazard(site), InnerHazard(site),
        KeptPlaceHazard(site), keeps_new ? std::string() : HandedOutHazard(site),
        InStepHazard(site), DanglingHazard(site, before)}) {
    if (!why.empty()) return why;
  }
  return {};
}

}  // namespace memprof
