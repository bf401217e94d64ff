// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/fix_template.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

/// "text = text + a + b;" or "text += a + b;", taken apart.
struct Concatenation {
  CodeRange target;
  std::vector<CodeRange> parts;  ///< what is appended, in order
  bool is_assignment = false;    ///< "text = text + …"
};

/// The token of the statement's assignment operator outside of brackets.
std::optional<std::size_t> AssignmentIn(const SourceFile& file, CodeRange statement) {
  for (std::size_t i = TokenAt(file, statement.begin);
       i < file.tokens().size() && file.tokens()[i].begin < statement.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "(" || text == "[" || text == "{") {
      i = ClosingToken(file, i);
    } else if (text == "=" || IsPair(file, i, "+=")) {
      return i;
    }
  }
  return std::nullopt;
}

/// Operators that bind less than `+` make the parts something else than what is appended.
bool HasLooserOperator(const SourceFile& file, CodeRange part) {
  for (std::size_t i = TokenAt(file, part.begin);
       i < file.tokens().size() && file.tokens()[i].begin < part.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == "(" || text == "[" || text == "{") {
      i = ClosingToken(file, i);
    } else if (text == "?" || text == ":" || text == "|" || text == "&" || text == "^" ||
               text == "," || text == "=" || IsPair(file, i, "<<")) {
      return true;
    }
  }
  return false;
}

std::optional<Concatenation> ConcatenationIn(const SourceFile& file, const Statement& statement) {
  CodeRange range = statement.range;
  if (file.Text(range).ends_with(';')) --range.end;
  const std::optional<std::size_t> assignment = AssignmentIn(file, range);
  if (!assignment) return std::nullopt;
  Concatenation found;
  found.is_assignment = TokenText(file, *assignment) == "=";
  if (found.is_assignment && IsPair(file, *assignment, "==")) return std::nullopt;
  found.target = Trimmed(file, {range.begin, file.tokens()[*assignment].begin});
  const std::size_t behind = file.tokens()[*assignment + (found.is_assignment ? 0 : 1)].end;
  found.parts = PartsOf(file, {behind, range.end}, '+');
  if (found.parts.size() < 2) return std::nullopt;
  return found;
}

bool IsStringCall(std::string_view part) {
  return part.starts_with("std::to_string(") || part.starts_with("std::string(") ||
         part.starts_with("std::string{");
}

bool IsString(std::string_view type) {
  return type.find("string") != std::string_view::npos &&
         type.find("string_view") == std::string_view::npos &&
         type.find("stringstream") == std::string_view::npos;
}

/// Evaluated later than it was, a call of the user's might see the text half appended.
bool MayLookAtTarget(const SourceFile& file, CodeRange part) {
  for (std::size_t i = TokenAt(file, part.begin);
       i < file.tokens().size() && file.tokens()[i].begin < part.end; ++i) {
    if (TokenText(file, i) != "(" || i == 0 || !IsWord(file.tokens()[i - 1])) continue;
    const std::size_t begin = PostfixBegin(file, i - 1);
    if (TokenText(file, begin) != "std") return true;
  }
  return false;
}

class Rewriter {
 public:
  Rewriter(const Finding& finding, const SourceFile& file) : finding_(finding), file_(file) {}

  std::optional<Fix> Propose() {
    const std::optional<Statement> statement = InnerStatementAt(file_, finding_.location.line);
    const std::optional<FunctionCode> function = FunctionAt(file_, finding_.location.line, true);
    if (!statement || !function) return std::nullopt;
    const std::optional<Concatenation> found = ConcatenationIn(file_, *statement);
    if (!found) return std::nullopt;
    target_ = file_.Text(found->target);
    Fix fix = Texts();
    parts_ = found->parts;
    const std::string why_not = Decline(*found, *statement, *function);
    if (why_not.empty()) {
      fix.diff = Rewritten(*statement);
    }
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "the line could not be rewritten" : why_not;
      fix.snippet = Appends("");
    }
    AddReserve(*statement, *function, &fix);
    return fix;
  }

 private:
  Fix Texts() const {
    Fix fix;
    fix.summary = fmt::format("append to `{}` in place", target_);
    fix.why = fmt::format(
        "`+` makes a new string with all that `{0}` has so far and throws the old one away; `+=` "
        "writes behind it, and `{0}` allocates only when it doubles",
        target_);
    fix.trade_off =
        fmt::format("should one part throw, `{}` already has the parts before it", target_);
    fix.effort = "minutes";
    return fix;
  }

  /// Why there is no diff; empty when there may be one. Takes the target off the parts.
  std::string Decline(const Concatenation& found, const Statement& statement,
                      const FunctionCode& function) {
    if (!IsPlainPath(file_, found.target)) {
      return fmt::format("`{}` is computed, and would be computed once a part", target_);
    }
    if (found.is_assignment) {
      if (file_.Text(parts_.front()) != target_) {
        return fmt::format("the line does not begin with `{}`: it puts something before it",
                           target_);
      }
      parts_.erase(parts_.begin());
    }
    const std::string_view text = file_.Text(statement.range);
    if (text.find("//") != text.npos || text.find("/*") != text.npos) {
      return "there is a comment within the statement";
    }
    const std::string type = DeclaredType(file_, function, target_);
    const bool traced =
        std::any_of(finding_.stack.begin(), finding_.stack.end(), [](const Frame& frame) {
          return frame.function.find("basic_string<") != frame.function.npos ||
                 frame.function.find("std::operator+") != frame.function.npos ||
                 frame.function.find("std::__cxx11::basic_string") != frame.function.npos;
        });
    if (type.empty() ? !traced : !IsString(type)) {
      return fmt::format("nothing shows that `{}` is a std::string", target_);
    }
    if (!found.is_assignment && !IsStringSum(function)) {
      return "nothing shows that the parts are strings, not numbers that are added first";
    }
    return DeclineParts(function);
  }

  std::string DeclineParts(const FunctionCode& function) const {
    const std::string name = target_.substr(target_.find_last_of(".>") + 1);
    const bool is_local =
        LocalOf(file_, function, target_).has_value() && !SeenFromElsewhere(function);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (HasLooserOperator(file_, parts_[i])) {
        return fmt::format("`{}` is more than a sum", file_.Text(parts_[i]));
      }
      if (!UsesOf(file_, parts_[i], name).empty()) {
        return fmt::format("`{}` uses `{}` itself, which would have changed by then",
                           file_.Text(parts_[i]), target_);
      }
      if (i > 0 && !is_local && MayBeTarget(function, parts_[i])) {
        return fmt::format("`{}` may be `{}` itself, which would have changed by then",
                           file_.Text(parts_[i]), target_);
      }
      if (i > 0 && !is_local && MayLookAtTarget(file_, parts_[i])) {
        return fmt::format("`{}` might look at `{}`, which would be half appended then",
                           file_.Text(parts_[i]), target_);
      }
    }
    return "";
  }

  /// A reference, pointer or view of text, which may be of the target's.
  bool MayBeTarget(const FunctionCode& function, CodeRange part) const {
    if (!IsPlainPath(file_, part)) return false;
    const std::string type = DeclaredType(file_, function, file_.Text(part));
    const bool refers =
        type.ends_with('&') || type.ends_with('*') || type.find("string_view") != std::string::npos;
    return refers && (IsString(type) || type.find("char") != std::string::npos ||
                      type.find("string_view") != std::string::npos);
  }

  bool IsStringSum(const FunctionCode& function) const {
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string part(file_.Text(parts_[i]));
      if (IsStringCall(part)) return true;
      if (IsPlainPath(file_, parts_[i]) && IsString(DeclaredType(file_, function, part))) {
        return true;
      }
    }
    return false;
  }

  /// By a closure's capture, a reference or a pointer.
  bool SeenFromElsewhere(const FunctionCode& function) const {
    for (const std::size_t use : UsesOf(file_, function.body, target_)) {
      if (use > 0 && TokenText(file_, use - 1) == "&") return true;
      const std::optional<Statement> at = StatementAt(file_, file_.tokens()[use].line);
      if (!at) continue;
      const std::optional<Declaration> made = DeclarationIn(file_, *at);
      if (made && made->type.ends_with("&")) return true;
    }
    const std::string_view body = file_.Text(function.body);
    return body.find("[&") != body.npos;
  }

  std::string Appends(std::string_view between) const {
    std::string text;
    for (const CodeRange part : parts_) {
      if (!text.empty()) text += between.empty() ? std::string("\n") : std::string(between);
      text += fmt::format("{} += {};", target_, file_.Text(part));
    }
    return text;
  }

  std::string Rewritten(const Statement& statement) const {
    const std::string newline(NewlineOf(file_));
    SourceEdit edit;
    if (parts_.size() == 1 || !IsBareBody(file_, statement)) {
      const std::string indent(file_.IndentOf(statement.first_line));
      const CodeRange before = {file_.BeginOfLine(statement.first_line), statement.range.begin};
      const bool begins = Trimmed(file_, before).begin == Trimmed(file_, before).end;
      edit.Replace(file_, statement.range, Appends(begins ? newline + indent : " "));
      return edit.Diff();
    }
    const SourceToken& before = file_.tokens()[TokenAt(file_, statement.range.begin) - 1];
    const CodeRange gap = {before.end, statement.range.begin};
    if (Trimmed(file_, gap).begin != Trimmed(file_, gap).end) return "";
    const std::string outer(file_.IndentOf(before.line));
    const std::string inner = before.line == statement.first_line
                                  ? outer + (outer.starts_with('\t') ? "\t" : "  ")
                                  : std::string(file_.IndentOf(statement.first_line));
    edit.Replace(
        file_, {before.end, statement.range.end},
        fmt::format(" {{{0}{1}{2}{0}{3}}}", newline, inner, Appends(newline + inner), outer));
    return edit.Diff();
  }

  void AddReserve(const Statement& statement, const FunctionCode& function, Fix* fix) const {
    const std::vector<LoopCode> loops = LoopsAround(file_, function, statement.range.begin);
    if (loops.empty()) return;
    const std::optional<TurnCount> turns = TurnsOf(file_, function, loops.front());
    if (!turns) return;
    Solution reserve;
    reserve.summary = fmt::format("also reserve what `{}` will need before the loop", target_);
    const std::string count = turns->may_be_negative
                                  ? fmt::format("static_cast<std::size_t>({})", turns->expression)
                                  : turns->expression;
    reserve.snippet = fmt::format(
        "constexpr std::size_t kBytesPerTurn = 32;  // about what one turn appends\n"
        "{0}.reserve({0}.size() + {1} * kBytesPerTurn);",
        target_, count);
    reserve.why_no_diff = "how long a turn's parts are is not in the source";
    reserve.why =
        fmt::format("`{}` then allocates once, and nothing is copied while it grows", target_);
    reserve.trade_off = "an estimate that is too large keeps the difference allocated";
    reserve.effort = "minutes";
    fix->alternatives.push_back(std::move(reserve));
  }

  const Finding& finding_;
  const SourceFile& file_;
  std::string target_;
  std::vector<CodeRange> parts_;
};

}  // namespace

std::optional<Fix> AppendInPlace(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  return file == nullptr ? std::nullopt : Rewriter(finding, *file).Propose();
}

}  // namespace memprof
