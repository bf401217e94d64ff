// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/eviction_hazards.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/references_to_entries.h"
#include "runner/source/variable_uses.h"

namespace memprof {
namespace {

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

/// Entries that go with others elsewhere: numbered by the size, or beside those of a second
/// container that is filled in the same block.
std::string InStepHazard(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  const std::string& name = site.container.name;
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
  if (site.type.kind == ContainerKind::kString) return {};
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
  // begin() of a hash table is often what went in last, so a second call ends the first's entry.
  if (keeps_new && site.type.kind == ContainerKind::kUnordered &&
      (site.function.returns.ends_with("&") || site.function.returns.ends_with("*"))) {
    return fmt::format("`{}` hands out references, and an arbitrary entry may be one in use",
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
