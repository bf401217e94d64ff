// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/insertion_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace memprof {
namespace {

bool Inserts(std::string_view method) {
  static constexpr std::array<std::string_view, 15> kMethods = {
      "push_back",   "emplace_back", "push_front",       "emplace_front", "insert", "emplace",
      "try_emplace", "push",         "insert_or_assign", "append",        "add",    "emplace_hint",
      "[]",          "+=",           "insert_range"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

/// First token of the expression that ends in the name at `name`: "History().records".
std::size_t ExpressionBegin(const SourceFile& file, std::size_t name) {
  std::size_t first = name;
  while (first > 0) {
    const std::string_view link = TokenText(file, first - 1);
    if (link != "." && link != "->" && link != "::") break;
    if (first < 2) return first - 1;
    std::size_t before = first - 2;
    const std::string_view text = TokenText(file, before);
    if (text == ")" || text == "]") {
      const std::size_t open = OpeningToken(file, before);
      if (open == file.tokens().size() || open == 0) return before;
      before = open;
      if (IsWord(file.tokens()[before - 1])) --before;
    } else if (!IsWord(file.tokens()[before])) {
      return link == "::" ? first - 1 : first;
    } else if (link == "::" && (text == "return" || text == "else")) {
      return first - 1;
    }
    first = before;
  }
  return first;
}

/// The type that the container is declared with in the class of the function, or anywhere in the
/// file as the only member of that name.
std::string DeclaredType(const SourceFile& file, const std::string& name) {
  std::string type;
  for (const std::size_t i : UsesOf(file, {0, file.text().size()}, name)) {
    if (i == 0) continue;
    const std::string_view behind = TokenText(file, i + 1);
    if (behind != ";" && behind != "{" && behind != "=" && behind != "GUARDED_BY") continue;
    const std::string_view before = TokenText(file, i - 1);
    if (before != ">" && before != "&" && !IsWord(file.tokens()[i - 1])) continue;
    if (before == "return") continue;
    std::size_t first = i;
    while (first > 0) {
      const std::string_view text = TokenText(file, first - 1);
      if (text == ";" || text == "{" || text == "}" || text == ":") break;
      --first;
    }
    if (first == i) continue;
    std::string found = CodeOf(file, first, i - 1);
    if (found.find('(') != std::string::npos && found.find('<') == std::string::npos) continue;
    if (found.ends_with("&") || found == "auto") continue;
    if (!type.empty() && type != found) return {};
    type = std::move(found);
  }
  return type;
}

/// What `using Name = …;` says, or the type itself.
std::string Unaliased(const SourceFile& file, const std::string& type) {
  for (const std::size_t i : UsesOf(file, {0, file.text().size()}, "using")) {
    if (i + 3 >= file.tokens().size() || TokenText(file, i + 2) != "=") continue;
    if (!type.ends_with(TokenText(file, i + 1)) || type.find('<') != std::string::npos) continue;
    std::size_t last = i + 3;
    while (last + 1 < file.tokens().size() && TokenText(file, last + 1) != ";") ++last;
    return CodeOf(file, i + 3, last);
  }
  return type;
}

/// A parameter or local variable of the same name is another object, unless it is the one that the
/// finding names.
bool IsHidden(const Finding& finding, const SourceFile& file, const FunctionCode& function,
              const std::string& name) {
  for (const std::size_t use : UsesOf(file, function.parameters, name)) {
    const std::string_view before = TokenText(file, use - 1);
    if (before != "&" && before != "*") return true;
  }
  const auto local = LocalOf(file, function, name);
  if (!local || local->type.ends_with("&")) return false;
  return !finding.held_by || (finding.held_by->kind != HolderKind::kFunctionStatic &&
                              finding.held_by->kind != HolderKind::kLocalVariable);
}

/// The insertion that the token at `at` is the container of.
std::optional<InsertionSite> SiteAt(const SourceFile& file, const GrowingContainer& container,
                                    std::size_t at) {
  InsertionSite site;
  site.file = &file;
  site.container = container;
  site.name_token = at;
  std::size_t behind = at + 1;
  if (TokenText(file, at) == container.accessor && !container.accessor.empty()) {
    if (TokenText(file, behind) != "(" || TokenText(file, behind + 1) != ")") return std::nullopt;
    behind += 2;
  }
  const std::size_t expression_last = behind - 1;
  const std::string_view link = TokenText(file, behind);
  if ((link == "." || link == "->") && TokenText(file, behind + 2) == "(") {
    site.method = TokenText(file, behind + 1);
    site.open = behind + 2;
    site.call_last = ClosingToken(file, site.open);
  } else if (link == "[") {
    site.method = "[]";
    site.open = behind;
    site.call_last = ClosingToken(file, site.open);
  } else if (link == "+" && TokenText(file, behind + 1) == "=") {
    site.method = "+=";
    site.call_last = behind + 1;
  }
  if (!Inserts(site.method) || site.call_last >= file.tokens().size()) return std::nullopt;
  site.call_first = ExpressionBegin(file, at);
  site.expression = CodeOf(file, site.call_first, expression_last);
  if (link == "->") site.expression = "(*" + site.expression + ")";
  const auto statement = StatementAround(file, at);
  if (!statement) return std::nullopt;
  site.statement = *statement;
  std::size_t end = site.call_last;
  if (site.method == "+=" ||
      (site.method == "[]" && TokenText(file, end + 1) == "=" && TokenText(file, end + 2) != "=")) {
    end = statement->last - 1;  // what is put in
  }
  site.is_whole_statement =
      !statement->is_head && statement->first == site.call_first && end + 1 == statement->last;
  return site;
}

/// Only maps make an entry by `[]`, and only strings take more by `+=`.
bool Fits(const InsertionSite& site) {
  if (site.method == "[]") return site.type.is_map;
  if (site.method == "+=" || site.method == "append") {
    return site.type.kind == ContainerKind::kString;
  }
  return true;
}

class Search {
 public:
  Search(const Finding& finding, const Sources& sources) : finding_(finding), sources_(sources) {}

  InsertionSearch Find() {
    const auto containers = GrowingContainers(finding_);
    if (containers.empty()) return {std::nullopt, "what holds the memory has no name"};
    for (const GrowingContainer& container : containers) {
      for (const Frame& frame : finding_.stack) {
        if (auto site = OnFrame(frame, container)) return {std::move(site), {}};
      }
    }
    for (const GrowingContainer& container : containers) {
      if (auto site = OnlyOne(container)) return {std::move(site), {}};
    }
    return {std::nullopt, fmt::format("the sources on this stack do not show where `{}` is filled",
                                      containers.front().name)};
  }

 private:
  std::optional<InsertionSite> OnFrame(const Frame& frame, const GrowingContainer& container) {
    const SourceFile* file = sources_.Find(frame.file);
    if (file == nullptr || frame.line <= 0) return std::nullopt;
    const auto function = FunctionAt(*file, frame.line);
    if (!function) return std::nullopt;
    std::vector<InsertionSite> sites = In(*file, *function, container);
    std::vector<InsertionSite> here;
    for (const InsertionSite& site : sites) {
      const int first = file->tokens()[site.statement.first].line;
      const int last = file->tokens()[site.statement.last].line;
      if (first <= frame.line && frame.line <= last) here.push_back(site);
    }
    if (here.size() == 1) return here.front();
    if (here.empty() && sites.size() == 1) return sites.front();
    return std::nullopt;
  }

  std::optional<InsertionSite> OnlyOne(const GrowingContainer& container) {
    std::vector<InsertionSite> sites;
    for (const auto& [path, file] : sources_.files()) {
      if (!Mentions(file, container)) continue;
      for (const FunctionCode& function : FunctionsOf(file)) {
        for (InsertionSite& site : In(file, function, container)) sites.push_back(std::move(site));
        if (sites.size() > 1) return std::nullopt;
      }
    }
    return sites.size() == 1 ? std::optional(sites.front()) : std::nullopt;
  }

  /// Most files do not; their functions need not be looked at.
  static bool Mentions(const SourceFile& file, const GrowingContainer& container) {
    const CodeRange whole = {0, file.text().size()};
    return !UsesOf(file, whole, container.name).empty() ||
           (!container.accessor.empty() && !UsesOf(file, whole, container.accessor).empty());
  }

  std::vector<InsertionSite> In(const SourceFile& file, const FunctionCode& function,
                                const GrowingContainer& container) {
    std::vector<InsertionSite> sites;
    std::vector<std::size_t> uses = UsesOf(file, function.body, container.name);
    if (!container.accessor.empty()) {
      for (const std::size_t use : UsesOf(file, function.body, container.accessor)) {
        uses.push_back(use);
      }
    }
    if (uses.empty() || IsHidden(finding_, file, function, container.name)) return sites;
    for (const std::size_t use : uses) {
      auto site = SiteAt(file, container, use);
      if (!site) continue;
      site->function = function;
      Classify(file, &*site);
      if (Fits(*site)) sites.push_back(std::move(*site));
    }
    return sites;
  }

  /// The type as the evidence has it says what it is; as declared, how the user writes it.
  void Classify(const SourceFile& file, InsertionSite* site) {
    site->type_text = DeclaredType(file, site->container.name);
    for (const auto& [path, other] : sources_.files()) {
      if (site->type_text.empty()) site->type_text = DeclaredType(other, site->container.name);
    }
    const ContainerType declared = ContainerTypeOf(Unaliased(file, site->type_text));
    const ContainerType held = ContainerTypeOf(site->container.type);
    const bool agree = declared.kind == held.kind;
    site->type = site->container.type.empty() || agree ? declared : held;
    if (!agree && !site->container.type.empty()) site->type_text = site->container.type;
  }

  const Finding& finding_;
  const Sources& sources_;
};

}  // namespace

InsertionSearch FindInsertion(const Finding& finding, const Sources& sources) {
  return Search(finding, sources).Find();
}

}  // namespace memprof
