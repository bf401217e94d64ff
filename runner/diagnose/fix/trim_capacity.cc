// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || c == '\'' || c == '*' || c == ' ' || c == '<';
         });
}

/// "buffer.reserve(65536);"
struct Reserve {
  std::string container;
  CodeRange size;
};

std::optional<Reserve> ReserveIn(const SourceFile& file, const Statement& statement) {
  for (const std::size_t use : UsesOf(file, statement.range, "reserve")) {
    if (use < 2 || !IsQualified(file, use) || TokenText(file, use + 1) != "(") continue;
    const std::size_t close = ClosingToken(file, use + 1);
    if (close >= file.tokens().size()) return std::nullopt;
    const std::size_t first = PostfixBegin(file, use - 2);
    return Reserve{std::string(file.Text(RangeOf(file, first, use - 2))),
                   {file.tokens()[use + 1].end, file.tokens()[close].begin}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fix> TrimCapacity(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  const std::optional<Statement> statement =
      file == nullptr ? std::nullopt : InnerStatementAt(*file, finding.location.line);
  if (!statement) return std::nullopt;
  Fix fix;
  fix.effort = "minutes";
  const std::optional<Reserve> reserve = ReserveIn(*file, *statement);
  const std::optional<Declaration> made = DeclarationIn(*file, *statement);
  if (reserve) {
    const std::string_view size = file->Text(Trimmed(*file, reserve->size));
    fix.summary = fmt::format("let `{}` grow as it is filled", reserve->container);
    fix.why = fmt::format(
        "most of the `{}` that are reserved are never touched; what grows by "
        "itself has at most twice what it needs",
        size);
    fix.trade_off = fmt::format("`{}` is copied a few times while it grows", reserve->container);
    const CodeRange range = statement->range;
    const bool alone = file->Text(range).ends_with(';') && !IsBareBody(*file, *statement) &&
                       TokenAt(*file, range.begin) < file->tokens().size() &&
                       file->Text(range).starts_with(reserve->container);
    // References into it stay valid up to the size reserved: only a local shows who may rely on it.
    const std::optional<FunctionCode> function = FunctionAt(*file, finding.location.line, true);
    const std::string_view body = function ? file->Text(function->body) : std::string_view();
    const bool local = function && LocalOf(*file, *function, reserve->container);
    const bool referred =
        body.find("auto&") != body.npos || body.find("&" + reserve->container) != body.npos ||
        body.find(reserve->container + ".data()") != body.npos ||
        body.find(reserve->container + ".begin()") != body.npos ||
        body.find(reserve->container + ".back()") != body.npos ||
        body.find(reserve->container + ".front()") != body.npos || body.find("[&") != body.npos;
    if (!IsNumber(size)) {
      fix.why_no_diff = fmt::format("`{}` is computed, and may be right on other days", size);
    } else if (!local || referred) {
      fix.why_no_diff = fmt::format(
          "something may refer to the elements of `{}`, which move when "
          "it grows",
          reserve->container);
    } else if (!alone) {
      fix.why_no_diff = "the line does more than reserve";
    } else {
      SourceEdit edit;
      edit.Remove(*file, range);
      fix.diff = edit.Diff();
      if (fix.diff.empty()) fix.why_no_diff = "the line could not be rewritten";
    }
    if (fix.diff.empty()) {
      fix.snippet = fmt::format(
          "{0}.reserve(expected);  // what it really gets, in place of {1}\n"
          "{0}.shrink_to_fit();   // once it is filled, if it lives long",
          reserve->container, size);
    }
    return fix;
  }
  const std::string name = made ? made->name : "the buffer";
  fix.summary =
      fmt::format("make {} as large as what is put into it", made ? "`" + name + "`" : name);
  fix.why = "memory that is never touched is paid for all the same, in time where it is cleared";
  fix.snippet = made ? fmt::format(
                           "{} {}(needed);  // or let it grow, and shrink_to_fit() it when "
                           "it lives long",
                           made->type, name)
                     : "buffer.resize(needed);  // then shrink_to_fit() when it lives long";
  fix.trade_off = "a size that is too small costs one more allocation";
  fix.why_no_diff = "how much will be needed is not in this line";
  return fix;
}

}  // namespace memprof
