// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/include_lines.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

struct Directive {
  int line = 0;
  std::string_view word;  ///< "include", "ifdef"
  std::string_view rest;
};

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == kNone) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The directives of a stretch without tokens: blanks, comments and directives alone.
void ReadGap(const SourceFile& file, std::size_t begin, std::size_t end,
             std::vector<Directive>* found) {
  const std::string_view text = file.text();
  for (std::size_t at = begin; at < end;) {
    if (text.substr(at, 2) == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      at = close == kNone ? end : close + 2;
      continue;
    }
    const bool comment = text.substr(at, 2) == "//";
    if (text[at] != '#' && !comment) {
      ++at;
      continue;
    }
    const std::size_t line_end = std::min(text.find('\n', at), end);
    if (!comment) {
      const std::string_view line = Trimmed(text.substr(at + 1, line_end - at - 1));
      const std::size_t word = std::min(line.find_first_of(" \t<\"("), line.size());
      found->push_back({file.LineOf(at), line.substr(0, word), Trimmed(line.substr(word))});
    }
    at = line_end;
  }
}

/// In order, those within braces only if `anywhere`.
std::vector<Directive> DirectivesOf(const SourceFile& file, bool anywhere = false) {
  std::vector<Directive> found;
  std::size_t behind = 0;
  int depth = 0;
  for (const SourceToken& token : file.tokens()) {
    if (depth == 0 || anywhere) ReadGap(file, behind, token.begin, &found);
    if (token.text == "{") ++depth;
    if (token.text == "}") --depth;
    behind = token.end;
  }
  if (depth == 0 || anywhere) ReadGap(file, behind, file.text().size(), &found);
  return found;
}

bool HasGuard(const std::vector<Directive>& all) {
  return all.size() > 1 && all[0].word == "ifndef" && all[1].word == "define" &&
         all[1].rest.substr(0, all[0].rest.size()) == all[0].rest;
}

struct Include {
  int line = 0;
  std::string_view header;
};

std::vector<Include> IncludesOf(const std::vector<Directive>& all) {
  std::vector<Include> found;
  int depth = HasGuard(all) ? -1 : 0;
  for (const Directive& each : all) {
    if (each.word.starts_with("if")) ++depth;
    if (each.word == "endif") --depth;
    if (each.word != "include" || depth > 0 || each.rest.empty()) continue;
    const std::size_t close = each.rest.find(each.rest[0] == '<' ? '>' : '"', 1);
    if (close != kNone) found.push_back({each.line, each.rest.substr(0, close + 1)});
  }
  return found;
}

bool IsOfC(std::string_view header) { return header.ends_with(".h>"); }

int LineWithoutIncludes(const SourceFile& file, const std::vector<Directive>& all) {
  const int code = file.tokens().empty() ? file.lines() + 1 : file.tokens()[0].line;
  if (HasGuard(all)) return all[1].line + 1;
  if (!all.empty() && all[0].word == "pragma" && all[0].rest == "once") return all[0].line + 1;
  const bool directive_first = !all.empty() && all[0].line < code;
  return directive_first ? all[0].line : code;
}

}  // namespace

std::vector<std::string> QuotedIncludesOf(const SourceFile& file) {
  std::vector<std::string> names;
  for (const Directive& each : DirectivesOf(file, true)) {
    if (each.word != "include" || !each.rest.starts_with('"')) continue;
    const std::size_t close = each.rest.find('"', 1);
    if (close != kNone && close > 1) names.emplace_back(each.rest.substr(1, close - 1));
  }
  return names;
}

bool Includes(const SourceFile& file, std::string_view header) {
  const std::vector<Directive> directives = DirectivesOf(file);
  const std::vector<Include> all = IncludesOf(directives);
  return std::any_of(all.begin(), all.end(),
                     [header](const Include& each) { return each.header == header; });
}

int LineForInclude(const SourceFile& file, std::string_view header) {
  const std::vector<Directive> directives = DirectivesOf(file);
  const std::vector<Include> all = IncludesOf(directives);
  if (all.empty()) return LineWithoutIncludes(file, directives);
  // The group of lines with the most headers of this kind; a file of one's own comes before it.
  std::size_t best = all.size();
  std::size_t best_end = all.size();
  int best_score = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i + 1;
    while (end < all.size() && all[end].line == all[end - 1].line + 1) ++end;
    int score = 0;
    for (std::size_t j = i; j < end; ++j) {
      if (!all[j].header.starts_with('<')) continue;
      score += IsOfC(all[j].header) == IsOfC(header) ? 100 : 1;
    }
    if (score > best_score) {
      best = i;
      best_end = end;
      best_score = score;
    }
    i = end;
  }
  if (best == all.size()) return all[0].line;
  int line = 0;
  for (std::size_t i = best; i < best_end; ++i) {
    if (!all[i].header.starts_with('<')) continue;
    if (all[i].header > header) return all[i].line;
    line = all[i].line + 1;
  }
  return line;
}

}  // namespace memprof
