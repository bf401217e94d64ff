// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/bounded_container.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/diagnose/fix/eviction_hazards.h"
#include "runner/diagnose/fix/surrounded_statement.h"
#include "runner/source/source_edit.h"

namespace memprof {
namespace {

/// Tokens [first, last] of the first argument.
struct ArgumentTokens {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<ArgumentTokens> FirstArgument(const SourceFile& file, std::size_t open) {
  const std::size_t close = ClosingToken(file, open);
  std::size_t end = open + 1;
  int angles = 0;
  while (end < close) {
    const std::string_view text = TokenText(file, end);
    if (text == "," && angles == 0) break;
    if (text == "<") ++angles;
    if (text == ">" && angles > 0) --angles;
    if (text == "(" || text == "[" || text == "{") end = ClosingToken(file, end);
    ++end;
  }
  if (end == open + 1 || end > close) return std::nullopt;
  return ArgumentTokens{open + 1, end - 1};
}

/// The key of what is inserted, when it is a plain name that may be read twice.
std::string PlainKey(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  if (site.open == 0) return {};
  auto key = FirstArgument(file, site.open);
  if (!key) return {};
  if (site.method == "insert" && site.type.is_map) {
    // {key, value}, std::make_pair(key, value), std::pair<K, V>(key, value)
    std::size_t open = key->first;
    while (open < key->last && TokenText(file, open) != "{" && TokenText(file, open) != "(") ++open;
    if (open >= key->last || ClosingToken(file, open) != key->last) return {};
    key = FirstArgument(file, open);
    if (!key) return {};
  }
  // std::move(key): not moved from yet where the eviction stands.
  if (TokenText(file, key->first) == "std" && TokenText(file, key->first + 2) == "move" &&
      ClosingToken(file, key->first + 3) == key->last) {
    key->first += 4;
    --key->last;
  }
  for (std::size_t i = key->first; i <= key->last; ++i) {
    const std::string_view text = TokenText(file, i);
    if (!IsWord(file.tokens()[i]) && text != "." && text != "->" && text != "::") return {};
  }
  return CodeOf(file, key->first, key->last);
}

/// Whether the function asks for a key before it inserts: what it inserts is new, then.
bool IsLookedUpFirst(const InsertionSite& site) {
  const SourceFile& file = *site.file;
  for (const std::size_t use : UsesOf(file, site.function.body, site.container.name)) {
    if (use >= site.name_token) break;
    const std::string_view asked = TokenText(file, use + 2);
    if (asked == "find" || asked == "count" || asked == "contains") return true;
  }
  return false;
}

enum class End { kFront, kBack, kMiddle };

/// Where the newest entry goes.
End NewestAt(const InsertionSite& site) {
  if (site.method == "push_front" || site.method == "emplace_front") return End::kFront;
  if (site.method != "insert" && site.method != "emplace") return End::kBack;
  if (site.type.kind == ContainerKind::kQueue) return End::kBack;
  const SourceFile& file = *site.file;
  const auto place = FirstArgument(file, site.open);
  if (!place) return End::kMiddle;
  const std::string_view asked =
      place->last >= 2 ? TokenText(file, place->last - 2) : std::string_view();
  const bool is_own =
      !UsesOf(file, RangeOf(file, place->first, place->last), site.container.name).empty();
  if (is_own && (asked == "end" || asked == "cend")) return End::kBack;
  if (is_own && (asked == "begin" || asked == "cbegin")) return End::kFront;
  return End::kMiddle;
}

/// Fills in the eviction, what goes by it, and where it stands.
void ChooseEviction(const InsertionSite& site, bool keeps_new, BoundedContainer* bound) {
  const std::string& x = site.expression;
  const std::string& max = bound->constant;
  const bool keyed =
      site.type.kind == ContainerKind::kOrdered || site.type.kind == ContainerKind::kUnordered;
  bound->before = keyed || !site.is_whole_statement || keeps_new;
  const char* const over = bound->before ? ">=" : ">";
  const std::string kept = bound->before ? fmt::format("({} - 1)", max) : max;
  const End newest = keyed ? End::kBack : NewestAt(site);
  bound->evicted = "the oldest entry";
  switch (site.type.kind) {
    case ContainerKind::kOrdered:
    case ContainerKind::kUnordered: {
      bound->evicted = site.type.kind == ContainerKind::kUnordered ? "an arbitrary entry"
                       : site.type.is_map ? "the entry with the smallest key"
                                          : "the smallest entry";
      std::string unless;
      if (!site.type.is_multi && !IsLookedUpFirst(site)) {
        const std::string key = PlainKey(site);
        if (key.empty()) {
          bound->why_no_diff = fmt::format(
              "what goes into `{}` may be in it already, and its key is no plain name to ask for",
              site.container.name);
        }
        unless = fmt::format(" && {0}.find({1}) == {0}.end()", x, key.empty() ? "key" : key);
      }
      bound->eviction =
          fmt::format("while ({0}.size() >= {1}{2}) {0}.erase({0}.begin());", x, max, unless);
      return;
    }
    case ContainerKind::kDeque:
    case ContainerKind::kList:
      bound->eviction = fmt::format("while ({0}.size() {1} {2}) {0}.pop_{3}();", x, over, max,
                                    newest == End::kFront ? "back" : "front");
      break;
    case ContainerKind::kQueue:
      bound->eviction = fmt::format("while ({0}.size() {1} {2}) {0}.pop();", x, over, max);
      break;
    case ContainerKind::kVector:
      bound->eviction =
          newest == End::kFront
              ? fmt::format("if ({0}.size() {1} {2}) {0}.erase({0}.begin() + {3}, {0}.end());", x,
                            over, max, kept)
              : fmt::format("if ({0}.size() {1} {2}) {0}.erase({0}.begin(), {0}.end() - {3});", x,
                            over, max, kept);
      break;
    case ContainerKind::kString:
      bound->evicted = "its oldest text";
      bound->eviction =
          fmt::format("if ({0}.size() > {1}) {0}.erase(0, {0}.size() - {1});", x, max);
      if (bound->before) {
        bound->why_no_diff = "the text is added within a longer expression";
      } else if (newest != End::kBack) {
        bound->why_no_diff = fmt::format("text goes into the middle of `{}`", site.container.name);
      }
      return;
    case ContainerKind::kOther:
      bound->evicted.clear();
      bound->why_no_diff =
          fmt::format("`{}` is no standard container, so its entries go by functions of its own",
                      site.container.name);
      return;
  }
  if (newest == End::kMiddle) {
    bound->why_no_diff =
        fmt::format("entries go into the middle of `{}`, so none is the oldest by its place",
                    site.container.name);
  }
}

std::string Diff(const InsertionSite& site, const BoundedContainer& bound,
                 const std::string& comment, const std::string& constant) {
  SourceEdit edit;
  edit.AddInclude(*site.file, "<cstddef>");
  std::vector<std::string> before = {comment, constant};
  std::vector<std::string> behind;
  (bound.before ? before : behind).push_back(bound.eviction);
  Surround(&edit, *site.file, site.statement, before, behind);
  return edit.Diff();
}

}  // namespace

BoundedContainer BoundAt(const Finding& finding, const InsertionSite& site, bool keeps_new) {
  const SourceFile& file = *site.file;
  BoundedContainer bound;
  const bool is_text = site.type.kind == ContainerKind::kString;
  bound.constant =
      FreeName(file, "kMax" + CamelCase(site.container.name) + (is_text ? "Length" : ""));
  bound.entries_per_run = EntriesPerRun(finding, site.container, site.type, file);
  bound.limit = LimitFor(bound.entries_per_run);
  ChooseEviction(site, keeps_new, &bound);
  if (bound.why_no_diff.empty()) {
    bound.why_no_diff = EvictionHazard(site, bound.before, keeps_new);
  }
  const std::string comment =
      fmt::format("// Choose how {} of `{}` to keep; one run of the test adds about {}.",
                  is_text ? "much" : "many entries", site.container.name, bound.entries_per_run);
  const std::string constant =
      fmt::format("static constexpr std::size_t {} = {};", bound.constant, bound.limit);
  if (bound.why_no_diff.empty()) {
    bound.diff = Diff(site, bound, comment, constant);
    if (bound.diff.empty()) bound.why_no_diff = "the insertion shares its lines with other code";
  }
  if (bound.diff.empty() && !bound.eviction.empty()) {
    const std::string statement =
        site.statement.is_head ? CodeOf(file, site.statement.first, site.statement.last) + " …"
                               : CodeOf(file, site.statement.first, site.statement.last);
    bound.snippet =
        comment + "\n" + constant + "\n" +
        (bound.before ? bound.eviction + "\n" + statement : statement + "\n" + bound.eviction) +
        "\n";
  }
  return bound;
}

std::int64_t PeakReduction(const Finding& finding, const BoundedContainer& bound) {
  const std::int64_t total = finding.impact.total_bytes.value_or(0);
  const std::int64_t run = finding.impact.bytes_per_iteration.value_or(0);
  const std::int64_t runs = (bound.limit + bound.entries_per_run - 1) / bound.entries_per_run;
  return std::max<std::int64_t>(0, total - run * runs);
}

}  // namespace memprof
