// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <string>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

/// What the line keeps the equal contents in: a variable's name, or the target of an assignment.
std::string KeptName(const SourceFile& file, const Statement& statement) {
  if (const std::optional<Declaration> made = DeclarationIn(file, statement)) return made->name;
  for (std::size_t i = TokenAt(file, statement.range.begin);
       i < file.tokens().size() && file.tokens()[i].begin < statement.range.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (i > 0 && text == "=" && !IsPair(file, i, "==")) {
      return std::string(
          file.Text({file.tokens()[PostfixBegin(file, i - 1)].begin, file.tokens()[i - 1].end}));
    }
    if (text == "push_back" || text == "emplace_back" || text == "insert" || text == "emplace") {
      if (i < 2) continue;
      return std::string(
          file.Text({file.tokens()[PostfixBegin(file, i - 2)].begin, file.tokens()[i - 2].end}));
    }
    if (text == "(" || text == "[") i = ClosingToken(file, i);
  }
  return "";
}

}  // namespace

std::optional<Fix> ShareDuplicates(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  const std::optional<Statement> statement =
      file == nullptr ? std::nullopt : InnerStatementAt(*file, finding.location.line);
  const std::string kept = statement ? KeptName(*file, *statement) : "";
  const std::string what = kept.empty() ? "the equal contents" : "`" + kept + "`";
  Fix fix;
  fix.summary = fmt::format("keep each of the contents once, and share it in {}",
                            kept.empty() ? "all who hold it" : what);
  fix.snippet = fmt::format(
      "const std::string& Shared(const std::string& text) {{\n"
      "  static std::unordered_set<std::string> all;  // its elements stay where they are\n"
      "  return *all.insert(text).first;\n"
      "}}\n"
      "// {} then holds a std::string_view, or a pointer, to Shared(…)",
      kept.empty() ? "who has them now" : kept);
  fix.why_no_diff = fmt::format("it changes the type of {} for all who use it", what);
  fix.why = "equal contents are then in memory once, and those who hold them only refer to it";
  fix.trade_off =
      "contents that are shared must not be changed, and the pool keeps them until the "
      "program ends; several threads need a mutex around it";
  fix.effort = "an hour";
  Solution owned;
  owned.summary = fmt::format("hold {} by std::shared_ptr<const std::string>", what);
  owned.snippet = "std::shared_ptr<const std::string> text;  // copies of it share one string";
  owned.why_no_diff = fix.why_no_diff;
  owned.why = "the last of its holders frees it, so nothing is kept for longer than it is used";
  owned.trade_off = "a count in each, and the one who makes them must know what is equal";
  owned.effort = "an hour";
  fix.alternatives.push_back(std::move(owned));
  return fix;
}

}  // namespace memprof
