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
#include "runner/diagnose/fix/parameter_copy.h"

namespace memprof {
namespace {

class CopyAvoider {
 public:
  CopyAvoider(const Finding& finding, const Sources& sources, const SourceFile& file)
      : sources_(sources), file_(file), line_(finding.location.line) {}

  std::optional<Fix> Propose() {
    const std::optional<FunctionCode> function = FunctionAt(file_, line_, true);
    if (!function) return std::nullopt;
    if (std::optional<Fix> fix = LoopVariable(*function)) return fix;
    if (std::optional<Fix> fix = LastUse(*function)) return fix;
    if (std::optional<Fix> fix = Parameter()) return fix;
    return Other();
  }

 private:
  Fix Done(Fix fix, const std::string& why_not, const std::string& snippet) const {
    if (why_not.empty()) fix.diff = edit_.Diff();
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "the line could not be rewritten" : why_not;
      fix.snippet = snippet;
    }
    return fix;
  }

  /// for (auto x : xs)
  std::optional<Fix> LoopVariable(const FunctionCode& function) {
    const std::size_t first = TokenAt(file_, file_.BeginOfLine(line_));
    for (std::size_t i = first; i < file_.tokens().size() && file_.tokens()[i].line == line_; ++i) {
      if (TokenText(file_, i) != "for" || TokenText(file_, i + 1) != "(") continue;
      const std::size_t close = ClosingToken(file_, i + 1);
      if (close + 1 >= file_.tokens().size()) return std::nullopt;
      for (const LoopCode& loop : LoopsAround(file_, function, file_.tokens()[close + 1].begin)) {
        if (loop.line != line_ || loop.kind != LoopCode::Kind::kRangeFor) continue;
        return ConstReference(function, loop);
      }
    }
    return std::nullopt;
  }

  std::optional<Fix> ConstReference(const FunctionCode& function, const LoopCode& loop) {
    const std::string_view text = file_.Text(loop.parts[0]);
    const std::size_t blank = text.find_last_of(" \t");
    if (blank == std::string_view::npos || text.find_first_of("&*]") != text.npos) {
      return std::nullopt;
    }
    const std::string name(text.substr(blank + 1));
    const std::string type(text.substr(0, blank));
    const std::string over(file_.Text(loop.parts[1]));
    const std::string reference =
        fmt::format("{}{}& {}", type.starts_with("const ") ? "" : "const ", type, name);
    Fix fix;
    fix.summary = fmt::format("refer to each `{}` of `{}` instead of copying it", name, over);
    fix.why = fmt::format(
        "a const reference names the element where it is; `{}` copies it, with "
        "all it holds, once a turn",
        text);
    fix.trade_off = fmt::format("the body must leave `{}` alone", over);
    fix.effort = "minutes";
    std::string why_not;
    const CodeRange rest = {loop.body.begin, loop.body.end};
    const bool local = LocalOf(file_, function, over).has_value();
    if (MayChange(file_, rest, name)) {
      why_not = fmt::format("the body changes `{}`, or passes it to a function that may", name);
    } else if (!IsPlainPath(file_, loop.parts[1])) {
      why_not = fmt::format("`{}` makes its elements as it goes", over);
    } else if (MayChange(file_, rest, over) || (!local && MayCallBack(rest))) {
      why_not = fmt::format("the body may change `{}`, and each `{}` with it", over, name);
    } else {
      edit_.Replace(file_, loop.parts[0], reference);
    }
    return Done(fix, why_not, fmt::format("for ({} : {}) {{ … }}", reference, over));
  }

  /// A call of a function that is not the standard library's might change what is gone over.
  bool MayCallBack(CodeRange body) const {
    for (std::size_t i = TokenAt(file_, body.begin);
         i < file_.tokens().size() && file_.tokens()[i].begin < body.end; ++i) {
      if (TokenText(file_, i) != "(" || i == 0 || !IsWord(file_.tokens()[i - 1])) continue;
      const std::string_view callee = TokenText(file_, i - 1);
      const bool known = callee == "if" || callee == "while" || callee == "for" ||
                         callee == "switch" || callee == "size" || callee == "push_back" ||
                         callee == "append" || callee == "empty";
      if (!known && TokenText(file_, PostfixBegin(file_, i - 1)) != "std") return true;
    }
    return false;
  }

  /// rows.push_back(row); with nothing of `row` behind it
  std::optional<Fix> LastUse(const FunctionCode& function) {
    for (std::size_t i = TokenAt(file_, file_.BeginOfLine(line_));
         i + 3 < file_.tokens().size() && file_.tokens()[i].line == line_; ++i) {
      const std::string_view method = TokenText(file_, i);
      if ((method != "push_back" && method != "emplace_back") || !IsQualified(file_, i) ||
          TokenText(file_, i + 1) != "(" || TokenText(file_, i + 3) != ")" ||
          !IsWord(file_.tokens()[i + 2])) {
        continue;
      }
      const std::string name(TokenText(file_, i + 2));
      const std::optional<Declaration> local = LocalOf(file_, function, name);
      if (!local) return std::nullopt;
      const std::size_t first = PostfixBegin(file_, i);
      const std::string into(file_.Text(RangeOf(file_, first, i - 2)));
      Fix fix;
      fix.summary = fmt::format("move `{}` into `{}`", name, into);
      fix.why = fmt::format(
          "`{}` is not used afterwards, so `{}` can take its memory over "
          "instead of copying it",
          name, into);
      fix.trade_off = fmt::format("`{}` is empty from then on", name);
      fix.effort = "minutes";
      const std::string why_not = DeclineMove(function, *local, i + 2);
      if (why_not.empty()) {
        edit_.Replace(file_, RangeOf(file_, i + 2, i + 2), fmt::format("std::move({})", name));
        edit_.AddInclude(file_, "<utility>");
      }
      return Done(fix, why_not, fmt::format("{}.{}(std::move({}));", into, method, name));
    }
    return std::nullopt;
  }

  std::string DeclineMove(const FunctionCode& function, const Declaration& local,
                          std::size_t use) const {
    const std::size_t at = file_.tokens()[use].begin;
    if (local.type.find('&') != std::string::npos || local.type.find("const ") == 0 ||
        local.type.find("static") != std::string::npos) {
      return fmt::format("`{}` is declared as `{}`", local.name, local.type);
    }
    if (!UsesOf(file_, {file_.tokens()[use].end, function.body.end}, local.name).empty()) {
      return fmt::format("`{}` is used afterwards", local.name);
    }
    for (const LoopCode& loop : LoopsAround(file_, function, at)) {
      if (local.whole.begin < loop.whole.begin) {
        return fmt::format("the next turn of the loop uses `{}` again", local.name);
      }
    }
    const CodeRange before = {local.whole.end, at};
    for (const std::size_t each : UsesOf(file_, before, local.name)) {
      const std::optional<Statement> statement = StatementAt(file_, file_.tokens()[each].line);
      const std::optional<Declaration> other =
          statement ? DeclarationIn(file_, *statement) : std::optional<Declaration>();
      if (TokenText(file_, each - 1) == "&" || (other && other->name != local.name)) {
        return fmt::format("something may still refer to `{}`", local.name);
      }
    }
    if (file_.Text(before).find("[&") != std::string_view::npos) {
      return fmt::format("a closure may refer to `{}`", local.name);
    }
    return "";
  }

  std::optional<Fix> Parameter() {
    const std::optional<ParameterCopy> copy = ParameterCopiedAt(sources_, file_, line_);
    if (!copy) return std::nullopt;
    const std::string type = copy->type.starts_with("const ") ? copy->type.substr(6) : copy->type;
    const std::string reference = fmt::format("const {}& {}", type, copy->name);
    Fix fix;
    fix.summary =
        fmt::format("take `{}` of `{}` by const reference", copy->name, copy->function.name);
    fix.why = fmt::format("`{}` only reads `{}`, and each call copies it for that",
                          copy->function.name, copy->name);
    fix.trade_off = "none, as long as the caller's object stays as it is during the call";
    fix.effort = "minutes";
    if (copy->why_not.empty()) edit_.Replace(*copy->file, copy->whole, reference);
    return Done(fix, copy->why_not,
                fmt::format("{} {}({})", copy->function.returns, copy->function.name, reference));
  }

  /// const auto copy = other; return member_;
  std::optional<Fix> Other() const {
    const std::optional<Statement> statement = InnerStatementAt(file_, line_);
    if (!statement) return std::nullopt;
    const std::optional<Declaration> made = DeclarationIn(file_, *statement);
    const std::string_view text = file_.Text(statement->range);
    Fix fix;
    fix.effort = "minutes";
    if (made && made->type.find('&') == std::string::npos && made->initializer.begin != 0) {
      fix.summary = fmt::format("refer to what `{}` is made of instead of copying it", made->name);
      fix.snippet = fmt::format("const auto& {} = {};", made->name, file_.Text(made->initializer));
      fix.why = fmt::format(
          "a const reference reads the same object, and `{}` needs no memory of "
          "its own",
          made->name);
      fix.trade_off = fmt::format(
          "`{}` sees later changes of the original, and must not outlive it", made->name);
      fix.why_no_diff = fmt::format(
          "whether the original outlives `{}` cannot be told from the text", made->name);
      return fix;
    }
    const std::optional<FunctionCode> function = FunctionAt(file_, line_, true);
    if (function && text.starts_with("return ") && !function->returns.empty() &&
        function->returns.find('&') == std::string::npos) {
      const std::string type =
          function->returns.starts_with("const ") ? function->returns.substr(6) : function->returns;
      fix.summary = fmt::format("let `{}` return a const reference", function->name);
      fix.snippet =
          fmt::format("const {}& {}({})", type, function->name, file_.Text(function->parameters));
      fix.why = "callers who only read then copy nothing; those who keep it still can";
      fix.trade_off = "callers must not use it longer than the object that it belongs to";
      fix.why_no_diff = "whether each caller lets go of it in time cannot be told from the text";
      return fix;
    }
    return std::nullopt;
  }

  const Sources& sources_;
  const SourceFile& file_;
  const int line_;
  SourceEdit edit_;
};

}  // namespace

std::optional<Fix> AvoidCopy(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  return file == nullptr ? std::nullopt : CopyAvoider(finding, sources, *file).Propose();
}

}  // namespace memprof
