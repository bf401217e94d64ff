// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

/// "rows.push_back(…)" on the finding's line.
struct Insertion {
  std::string container;  ///< "rows", "this->rows_"
  std::size_t first = 0;  ///< its first token
};

class Reserver {
 public:
  Reserver(const Finding& finding, const SourceFile& file) : finding_(finding), file_(file) {}

  std::optional<Fix> Propose() {
    const std::optional<Statement> statement = InnerStatementAt(file_, finding_.location.line);
    const std::optional<FunctionCode> function = FunctionAt(file_, finding_.location.line, true);
    if (!statement || !function) return std::nullopt;
    const std::optional<Insertion> insertion = InsertionIn(statement->range);
    if (!insertion) return std::nullopt;
    name_ = insertion->container;
    const std::vector<LoopCode> loops = LoopsAround(file_, *function, statement->range.begin);
    Fix fix;
    fix.summary = loops.empty() ? fmt::format("reserve what `{}` will hold when it is made", name_)
                                : fmt::format("reserve what `{}` will hold before the loop", name_);
    fix.why = fmt::format(
        "each time `{0}` is full it allocates anew and moves all it has; with the size known "
        "beforehand it allocates once",
        name_);
    fix.trade_off = fmt::format("should fewer be added, `{}` keeps the room for the others", name_);
    fix.effort = "minutes";
    const std::string why_not = Change(*function, *statement, *insertion, loops);
    if (why_not.empty()) fix.diff = edit_.Diff();
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "the loop could not be rewritten" : why_not;
      fix.snippet = fmt::format("{0}.reserve({0}.size() + {1});  // {2}", name_,
                                count_.empty() ? "expected" : count_,
                                loops.empty() ? "before the first is added" : "before the loop");
    }
    return fix;
  }

 private:
  std::optional<Insertion> InsertionIn(CodeRange range) const {
    for (std::size_t i = TokenAt(file_, range.begin);
         i < file_.tokens().size() && file_.tokens()[i].begin < range.end; ++i) {
      const std::string_view word = TokenText(file_, i);
      if ((word != "push_back" && word != "emplace_back" && word != "append") || i < 2) continue;
      if (TokenText(file_, i - 1) != "." && TokenText(file_, i - 1) != "->") continue;
      const std::size_t first = PostfixBegin(file_, i - 2);
      return Insertion{std::string(file_.Text(RangeOf(file_, first, i - 2))), first};
    }
    return std::nullopt;
  }

  std::string Change(const FunctionCode& function, const Statement& statement,
                     const Insertion& insertion, const std::vector<LoopCode>& loops) {
    if (loops.empty()) return "it is filled by several calls, and what they add is not known here";
    const LoopCode& loop = loops.front();
    const std::optional<TurnCount> turns = TurnsOf(file_, function, loop);
    if (!turns) return "how often the loop runs cannot be told before it";
    count_ = turns->may_be_negative ? fmt::format("static_cast<std::size_t>({})", turns->expression)
                                    : turns->expression;
    const std::string type = DeclaredType(file_, function, name_);
    if (type.find("vector<") == std::string::npos || type.find('&') != std::string::npos ||
        type.find('*') != std::string::npos) {
      return type.empty() || type.find('&') != std::string::npos
                 ? fmt::format(
                       "`{}` is not of this function: reserved anew at each call, it would "
                       "grow by so little that it is copied more often",
                       name_)
                 : fmt::format("`{}` is declared as `{}`", name_, type);
    }
    const std::optional<Declaration> local = LocalOf(file_, function, name_);
    if (!local) {
      return fmt::format(
          "`{}` lives longer than this function: reserved anew at each call, it "
          "would grow by so little that it is copied more often",
          name_);
    }
    if (loops.size() > 1 && local->whole.begin < loops[1].body.begin) {
      return fmt::format(
          "the loop is within another one: reserved anew each time, `{}` would be "
          "copied more often",
          name_);
    }
    if (local->whole.begin >= loop.whole.begin) return "it is made within the loop";
    if (!IsUnconditional(statement, insertion, loop)) {
      return fmt::format("only some turns add to `{}`", name_);
    }
    return Insert(function, loop, *turns);
  }

  /// Directly in the loop's body, as a statement of its own.
  bool IsUnconditional(const Statement& statement, const Insertion& insertion,
                       const LoopCode& loop) const {
    if (file_.tokens()[insertion.first].begin != statement.range.begin) return false;
    if (!loop.is_braced) return statement.range.begin == loop.body.begin;
    int depth = 0;
    for (std::size_t i = TokenAt(file_, loop.body.begin);
         i < file_.tokens().size() && file_.tokens()[i].begin < statement.range.begin; ++i) {
      const std::string_view text = TokenText(file_, i);
      if (text == "{") ++depth;
      if (text == "}") --depth;
      if (text == "break" || text == "continue" || text == "return") return false;
    }
    return depth == 1 && !IsBareBody(file_, statement);
  }

  std::string Insert(const FunctionCode& function, const LoopCode& loop, const TurnCount& turns) {
    // A name that the loop's own head makes is not there yet.
    const std::size_t first = TokenAt(file_, loop.whole.begin);
    if (file_.Text({file_.BeginOfLine(loop.line), loop.whole.begin}).find_first_not_of(" \t") !=
            std::string_view::npos ||
        (first > 0 &&
         (TokenText(file_, first - 1) == ")" || TokenText(file_, first - 1) == "else"))) {
      return "the loop does not begin a line, or is the body of an `if` or a loop";
    }
    if (!UsesOf(file_, {function.body.begin, loop.whole.begin}, "reserve").empty()) {
      return "something is reserved before the loop already";
    }
    const std::string reserve = fmt::format("{0}.reserve({0}.size() + {1});", name_, count_);
    edit_.InsertLineBefore(
        file_, loop.line,
        turns.may_be_negative ? fmt::format("if ({} > 0) {}", turns.expression, reserve) : reserve);
    if (turns.may_be_negative) edit_.AddInclude(file_, "<cstddef>");
    return "";
  }

  const Finding& finding_;
  const SourceFile& file_;
  std::string name_;
  std::string count_;
  SourceEdit edit_;
};

}  // namespace

std::optional<Fix> ReserveFirst(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  return file == nullptr ? std::nullopt : Reserver(finding, *file).Propose();
}

}  // namespace memprof
