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
#include "runner/diagnose/waste/allocating_call.h"

namespace memprof {
namespace {

/// "std::vector<char>" of "std::vector<char>", "char" of it; empty for other types.
std::string VectorElement(const std::string& type) {
  constexpr std::string_view kVector = "std::vector<";
  if (!type.starts_with(kVector) || !type.ends_with('>')) return "";
  return type.substr(kVector.size(), type.size() - kVector.size() - 1);
}

/// Whether the blocks are made by sums of strings, whatever else the line calls.
bool SumsStrings(const Finding& finding) {
  const Stack& stack = finding.stack;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    if (stack[i].file != finding.location.file || stack[i].line != finding.location.line) continue;
    return AllocatingCallOf(stack, i) == AllocatingCall::kConcatenation;
  }
  return false;
}

bool IsJump(std::string_view statement) {
  return statement == "break;" || statement == "continue;" || statement == "return;";
}

class TemporaryAvoider {
 public:
  TemporaryAvoider(const Finding& finding, const SourceFile& file)
      : file_(file), line_(finding.location.line), sums_strings_(SumsStrings(finding)) {}

  std::optional<Fix> Propose() {
    std::optional<Statement> statement = InnerStatementAt(file_, line_);
    const std::optional<FunctionCode> function = FunctionAt(file_, line_, true);
    // Of "if (…) break;" it is the condition that allocates.
    if (statement && IsJump(file_.Text(statement->range))) statement = StatementAt(file_, line_);
    if (!statement || !function) return std::nullopt;
    if (DeclarationIn(file_, *statement) && HasOthers(*statement, *function))
      return std::nullopt;  // which of them is not known
    loops_ = LoopsAround(file_, *function, statement->range.begin);
    if (const std::optional<Declaration> made = DeclarationIn(file_, *statement)) {
      if (!loops_.empty()) return Hoist(*function, *statement, *made);
    }
    return Snippet(*statement);
  }

 private:
  /// Whether another statement that is not within this one begins on the line too.
  bool HasOthers(const Statement& statement, const FunctionCode& function) const {
    const std::vector<Statement> all = StatementsIn(file_, function.body);
    return std::any_of(all.begin(), all.end(), [&](const Statement& each) {
      return each.first_line == line_ &&
             (each.range.begin >= statement.range.end || each.range.end <= statement.range.begin);
    });
  }

  /// A buffer made in each turn is made before the loop, and emptied in each turn.
  std::optional<Fix> Hoist(const FunctionCode& function, const Statement& statement,
                           const Declaration& made) {
    const std::string element = VectorElement(made.type);
    const bool is_string = made.type == "std::string";
    if (!is_string && element.empty()) return Snippet(statement);
    Fix fix;
    fix.summary =
        fmt::format("make `{}` once, before the loop, and empty it in each turn", made.name);
    fix.why = fmt::format(
        "emptied, `{}` keeps the memory that it has, so that only the first turn "
        "allocates",
        made.name);
    fix.trade_off =
        fmt::format("`{}` keeps the size of its largest turn until the loop is over", made.name);
    fix.effort = "minutes";
    const std::string refill = Refill(made, element);
    std::string why_not = DeclineHoist(function, statement, made);
    if (why_not.empty() && refill.empty()) {
      why_not = fmt::format("`{}` takes over what another call has allocated", made.name);
    }
    if (why_not.empty()) {
      edit_.InsertLineBefore(file_, loops_.front().line,
                             fmt::format("{} {};", made.type, made.name));
      edit_.Replace(file_, statement.range, refill);
      fix.diff = edit_.Diff();
    }
    if (!fix.diff.empty()) return fix;
    fix.why_no_diff = why_not.empty() ? "the loop could not be rewritten" : why_not;
    fix.snippet = fmt::format("{} {};  // before the loop\n{}  // in each turn", made.type,
                              made.name, refill.empty() ? made.name + ".clear();" : refill);
    return fix;
  }

  /// What makes a used buffer what its declaration made it; empty where that saves nothing.
  std::string Refill(const Declaration& made, const std::string& element) const {
    const CodeRange value = Trimmed(file_, made.initializer);
    if (value.begin >= value.end) return made.name + ".clear();";
    const std::string_view before = file_.Text({made.name_range.end, value.begin});
    if (element.empty() || before.find('(') == before.npos) return "";
    const std::vector<CodeRange> arguments = PartsOf(file_, value, ',');
    const std::string_view text = file_.Text(value);
    if (arguments.size() == 1 && text.find_first_of("&*") == text.npos && !IsContainer(value)) {
      return fmt::format("{}.assign({}, {}());", made.name, text, element);
    }
    return arguments.size() == 2 ? fmt::format("{}.assign({});", made.name, text) : "";
  }

  /// "std::vector<int> copy(other)" is no size.
  bool IsContainer(CodeRange value) const {
    const std::string_view text = file_.Text(value);
    const bool number = text.find_first_not_of("0123456789'") == text.npos;
    if (number || text.ends_with(".size()")) return false;
    const std::optional<FunctionCode> function = FunctionAt(file_, line_, true);
    const std::string type =
        function && IsPlainPath(file_, value) ? DeclaredType(file_, *function, text) : "";
    for (const std::string_view integer : {"int", "long", "size_t", "short", "unsigned"}) {
      if (type.find(integer) != std::string::npos && type.find('<') == std::string::npos) {
        return false;
      }
    }
    return true;
  }

  std::string DeclineHoist(const FunctionCode& function, const Statement& statement,
                           const Declaration& made) const {
    const LoopCode& loop = loops_.front();
    if (!LocalOf(file_, function, made.name)) {
      return fmt::format("`{}` is declared several times here", made.name);
    }
    const std::size_t first = TokenAt(file_, loop.whole.begin);
    const std::string_view indent = file_.Text({file_.BeginOfLine(loop.line), loop.whole.begin});
    if (indent.find_first_not_of(" \t") != indent.npos || first == 0 ||
        TokenText(file_, first - 1) == ")" || TokenText(file_, first - 1) == "else") {
      return "the loop does not begin a line, or is the body of an `if` or a loop";
    }
    if (IsBareBody(file_, statement)) return "it is the whole body";
    const CodeRange rest = {statement.range.end, loop.body.end};
    for (const std::size_t use : UsesOf(file_, rest, made.name)) {
      const std::string_view before = TokenText(file_, use - 1);
      const std::string_view callee = use >= 2 ? TokenText(file_, use - 2) : "";
      const bool moved = before == "(" && (callee == "move" || callee == "swap" ||
                                           callee == "exchange" || callee == "forward");
      const bool swapped = TokenText(file_, use + 2) == "swap";
      const bool addressed = before == "&" && (use < 2 || !IsPair(file_, use - 2, "&&"));
      if (moved || swapped || before == "return" || before == "[" || addressed) {
        return fmt::format("{}:{} gives `{}` away", file_.path(), file_.tokens()[use].line,
                           made.name);
      }
    }
    if (file_.Text(rest).find("[&") != std::string_view::npos ||
        file_.Text(rest).find("[=") != std::string_view::npos) {
      return fmt::format("a closure may keep `{}`", made.name);
    }
    return "";
  }

  std::optional<Fix> Snippet(const Statement& statement) const {
    const std::string_view text = file_.Text(statement.range);
    const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
    Fix fix;
    fix.effort = "minutes";
    if (sums_strings_) {
      fix.summary = "put the pieces into one string that is kept";
      fix.why = "each sum makes a new string; a string that is filled anew has its memory already";
      fix.snippet =
          "std::string text;  // outside of what repeats\n"
          "text.assign(first).append(second);  // in place of first + second";
      fix.trade_off = "two lines in place of one";
      fix.why_no_diff = "where the string should be kept cannot be told from the text";
      return fix;
    }
    if (has(".substr(")) {
      fix.summary = "cut the text with a std::string_view";
      fix.why = "a view names a part of the text; substr() of a std::string copies it";
      fix.snippet = fmt::format("std::string_view({0}).substr(…)  // in place of {0}.substr(…)",
                                Before(statement, "substr"));
      fix.trade_off = "a view must not outlive the text that it looks at (C++17)";
      fix.why_no_diff = "whether the part outlives its text cannot be told from the text";
      return fix;
    }
    if (has(".find(") || has(".count(") || has(".at(") || has(".contains(")) {
      const std::string map = Before(statement, has(".find(")    ? "find"
                                                : has(".count(") ? "count"
                                                : has(".at(")    ? "at"
                                                                 : "contains");
      fix.summary = fmt::format("look `{}` up without making a key", map);
      fix.why = "with a comparison that takes any string, a literal or a view is compared as it is";
      fix.snippet = fmt::format(
          "std::map<std::string, …, std::less<>> {};  // then "
          "find(std::string_view) makes no std::string",
          map);
      fix.trade_off =
          "of the lookups only find, count, lower_bound and the like take such keys "
          "before C++26; unordered maps need a hash of one's own (C++20)";
      fix.why_no_diff = fmt::format("the type of `{}` is used in more places than this one", map);
      return fix;
    }
    if (has("std::to_string(")) {
      fix.summary = "write the number into a buffer on the stack";
      fix.why = "std::to_chars writes digits where it is told to, and allocates nothing";
      fix.snippet =
          "char digits[24];\n"
          "const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;\n"
          "// [digits, end) is the text";
      fix.trade_off = "three lines in place of one (<charconv>, C++17)";
      fix.why_no_diff = "which type the rest of the expression wants cannot be told from the text";
      return fix;
    }
    if (has("stringstream")) {
      fix.summary = "make the stream once and empty it with str(\"\")";
      fix.why = "a stream sets up a locale and a buffer each time it is made";
      fix.snippet = "stream.str(\"\");\nstream.clear();  // in each turn; `stream` lives outside";
      fix.trade_off = "its flags stay from turn to turn";
      fix.why_no_diff = "whether it is used under several threads cannot be told from the text";
      return fix;
    }
    return Reuse(statement);
  }

  std::optional<Fix> Reuse(const Statement& statement) const {
    Fix fix;
    const std::optional<Declaration> made = DeclarationIn(file_, statement);
    const std::string name = made ? made->name : "the buffer";
    fix.effort = "minutes";
    fix.summary = made ? fmt::format("keep `{}` from call to call, and fill it anew", name)
                       : "keep what this line makes from call to call";
    fix.why = "what is kept has its memory already; made anew it allocates and frees each time";
    fix.snippet =
        made ? fmt::format(
                   "{} {};  // a member, or a parameter that the caller keeps\n"
                   "{}.clear();  // where it is declared now",
                   made->type, name, name)
             : fmt::format("// {}\n// make it once outside of what repeats, and clear() it here",
                           file_.Text(Trimmed(file_, statement.range)));
    fix.trade_off = "it keeps the size of its largest use; not to be shared by threads";
    fix.why_no_diff = "who should keep it between the calls cannot be told from this function";
    return fix;
  }

  /// What stands before ".method(".
  std::string Before(const Statement& statement, std::string_view method) const {
    for (const std::size_t use : UsesOf(file_, statement.range, method)) {
      if (use < 2 || !IsQualified(file_, use)) continue;
      return std::string(file_.Text(RangeOf(file_, PostfixBegin(file_, use - 2), use - 2)));
    }
    return "it";
  }

  const SourceFile& file_;
  const int line_;
  const bool sums_strings_;
  std::vector<LoopCode> loops_;
  SourceEdit edit_;
};

}  // namespace

std::optional<Fix> AvoidTemporary(const Finding& finding, const Sources& sources) {
  const SourceFile* const file = sources.Find(finding.location.file);
  return file == nullptr ? std::nullopt : TemporaryAvoider(finding, *file).Propose();
}

}  // namespace memprof
