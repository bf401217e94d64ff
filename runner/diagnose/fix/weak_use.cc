// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/weak_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

bool IsNameText(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

class Use {
 public:
  Use(const MemberUse& use, const Sources& sources, SourceEdit* edit)
      : file_(*use.file), use_(use), sources_(sources), edit_(edit) {
    name_ = use.token;
    begin_ = PostfixBegin(file_, name_);
    where_ = fmt::format("{}:{}", file_.path(), file_.tokens()[name_].line);
  }

  WeakUse Change() {
    const std::string_view next = TokenText(file_, name_ + 1);
    const std::string_view before = begin_ == 0 ? "" : TokenText(file_, begin_ - 1);
    if (use_.is_initializer) return Initialized(name_ + 1);
    if (next == "->" || next == "[") return Lock(true);
    if (next == ".") return Method();
    if (before == "*" && !IsOperand(begin_ - 1)) return Lock(true);
    if (next == "=" && !IsPair(file_, name_ + 1, "==")) return Assigned();
    if (IsPair(file_, name_ + 1, "==") || IsPair(file_, name_ + 1, "!=")) return Compared();
    if (before == "!") return Negated();
    if (IsTested(before, next)) return Tested();
    return Value(before);
  }

 private:
  WeakUse No(std::string why) const { return {std::move(why), false}; }

  WeakUse Lock(bool dereferences) {
    const std::size_t end = file_.tokens()[name_].end;
    edit_->Replace(file_, {end, end}, ".lock()");
    return {"", dereferences};
  }

  /// Whether the operator at `at` has an operand on its left, as in "a * b".
  bool IsOperand(std::size_t at) const {
    if (at == 0) return false;
    const std::string_view left = TokenText(file_, at - 1);
    return left == ")" || left == "]" ||
           (IsWord(file_.tokens()[at - 1]) &&
            !IsNameText(left, {"return", "throw", "case", "co_return", "and", "or", "not"}));
  }

  WeakUse Method() {
    const std::string_view method = TokenText(file_, name_ + 2);
    if (IsNameText(method, {"use_count", "owner_before"})) return {};
    if (method == "reset" && TokenText(file_, name_ + 3) == "(" &&
        TokenText(file_, name_ + 4) == ")") {
      return {};
    }
    if (method == "get") {
      return No(fmt::format("{} takes the plain pointer, which nothing would keep valid", where_));
    }
    return No(fmt::format("{} calls `{}` on it, which a std::weak_ptr cannot do the same way",
                          where_, method));
  }

  /// What the object is given at its birth; `open` is the bracket of "session(…)".
  WeakUse Initialized(std::size_t open) {
    const std::size_t close = ClosingToken(file_, open);
    if (close >= file_.tokens().size()) return No(fmt::format("{} cannot be read", where_));
    const CodeRange value = Trimmed(file_, {file_.tokens()[open].end, file_.tokens()[close].begin});
    if (file_.Text(value) == "nullptr") {
      edit_->Replace(file_, value, "");
      return {};
    }
    return Given(value);
  }

  WeakUse Given(CodeRange value) const {
    if (value.begin == value.end) return {};
    if (IsPlainPath(file_, value)) return {};
    const std::string_view text = file_.Text(value);
    if (text == "shared_from_this()" || text == "this->shared_from_this()" ||
        text.ends_with(".lock()")) {
      return {};
    }
    if (text.starts_with("std::move(") && text.ends_with(")")) {
      const CodeRange moved = {value.begin + 10, value.end - 1};
      const std::optional<FunctionCode> function = FunctionAround();
      if (function && IsPlainPath(file_, moved)) {
        for (const CodeRange parameter : PartsOf(file_, function->parameters, ',')) {
          if (!UsesOf(file_, parameter, file_.Text(moved)).empty()) return {};
        }
      }
      return No(fmt::format("{} moves `{}` into it, so no other owner may be left", where_,
                            file_.Text(moved)));
    }
    return No(fmt::format("{} gives it `{}`, and it may be the only owner of that", where_, text));
  }

  WeakUse Assigned() {
    std::size_t end = name_ + 2;
    while (end < file_.tokens().size() && !IsNameText(TokenText(file_, end), {";", ",", ")"})) {
      const std::string_view text = TokenText(file_, end);
      if (IsNameText(text, {"(", "[", "{"})) end = ClosingToken(file_, end);
      ++end;
    }
    if (end >= file_.tokens().size()) return No(fmt::format("{} cannot be read", where_));
    const CodeRange value =
        Trimmed(file_, {file_.tokens()[name_ + 1].end, file_.tokens()[end].begin});
    if (file_.Text(value) == "nullptr") {
      edit_->Replace(file_, {file_.tokens()[name_].end, value.end}, ".reset()");
      return {};
    }
    if (TokenText(file_, end) != ";") {
      return No(fmt::format("{} uses the value of the assignment", where_));
    }
    return Given(value);
  }

  WeakUse Compared() {
    const bool equal = IsPair(file_, name_ + 1, "==");
    const std::string_view after = TokenText(file_, name_ + 4);
    if (TokenText(file_, name_ + 3) != "nullptr" || IsNameText(after, {".", "->", "("})) {
      return Lock(false);
    }
    if (!equal) InsertBefore(begin_, "!");
    edit_->Replace(file_, {file_.tokens()[name_].end, file_.tokens()[name_ + 3].end}, ".expired()");
    return {};
  }

  WeakUse Negated() {
    edit_->Replace(file_, RangeOf(file_, begin_ - 1, begin_ - 1), "");
    const std::size_t end = file_.tokens()[name_].end;
    edit_->Replace(file_, {end, end}, ".expired()");
    return {};
  }

  bool IsTested(std::string_view before, std::string_view next) const {
    if (next == "?" || IsPair(file_, name_ + 1, "&&") || IsPair(file_, name_ + 1, "||")) {
      return true;
    }
    if (begin_ >= 2 && (IsPair(file_, begin_ - 2, "||") ||
                        (IsPair(file_, begin_ - 2, "&&") && IsOperand(begin_ - 2)))) {
      return true;
    }
    if (before != "(" || next != ")" || begin_ < 2) return false;
    return IsNameText(TokenText(file_, begin_ - 2), {"if", "while", "bool"});
  }

  WeakUse Tested() {
    InsertBefore(begin_, "!");
    const std::size_t end = file_.tokens()[name_].end;
    edit_->Replace(file_, {end, end}, ".expired()");
    return {};
  }

  WeakUse Value(std::string_view before) {
    if (before == "&") {
      return No(fmt::format("{} takes its address, or binds a reference to it", where_));
    }
    if (before == "return") return Returned();
    if (before == "=") return Copied();
    if (before == "[" || TokenText(file_, name_ + 1) == "]") {
      return No(fmt::format("a closure at {} takes it", where_));
    }
    if (before == "(" || before == ",") {
      const std::string why = DeclineArgument();
      if (!why.empty()) return No(why);
    } else if (before == ":" && TokenText(file_, name_ + 1) == ")") {
      return No(fmt::format("{} goes over it", where_));
    } else if (before == ";" || before == "{" || before == "}") {
      return No(fmt::format("{} cannot be read", where_));
    }
    return Lock(false);
  }

  WeakUse Returned() {
    const std::optional<FunctionCode> function =
        FunctionAt(file_, file_.tokens()[name_].line, true);
    if (function && (function->returns.ends_with("&") ||
                     function->returns.find("decltype") != std::string::npos)) {
      return No(fmt::format("`{}` returns a reference to it", function->name));
    }
    return Lock(false);
  }

  WeakUse Copied() {
    // "auto& s = x.m" must stay a reference to something that lasts.
    const std::size_t declared = begin_ >= 3 ? begin_ - 3 : 0;
    if (TokenText(file_, declared) == "&") {
      return No(fmt::format("{} binds a reference to it", where_));
    }
    return Lock(false);
  }

  std::string DeclineArgument() const {
    std::size_t open = begin_ - 1;
    std::size_t position = 0;
    while (open > 0 && TokenText(file_, open) != "(") {
      const std::string_view text = TokenText(file_, open);
      if (text == "{" || text == "[" || text == ";") return "";
      if (text == ")" || text == "]" || text == "}") open = OpeningToken(file_, open);
      if (open >= file_.tokens().size()) return fmt::format("{} cannot be read", where_);
      if (text == ",") ++position;
      if (open > 0) --open;
    }
    const std::string_view callee = open == 0 ? "" : TokenText(file_, open - 1);
    if (IsNameText(callee, {"move", "swap", "exchange", "ref", "cref", "forward", "tie"})) {
      return fmt::format("{} gives it to `{}`, which a copy from lock() cannot replace", where_,
                         callee);
    }
    for (const auto& [path, file] : sources_.files()) {
      for (const FunctionCode& function : FunctionsOf(file)) {
        const std::size_t colon = function.name.rfind("::");
        const std::string_view name =
            std::string_view(function.name).substr(colon == std::string::npos ? 0 : colon + 2);
        const std::vector<CodeRange> parameters = PartsOf(file, function.parameters, ',');
        if (name != callee || position >= parameters.size()) continue;
        const std::string_view parameter = file.Text(parameters[position]);
        if (parameter.find('&') != parameter.npos && parameter.find("const") == parameter.npos) {
          return fmt::format("`{}` at {} may change it", callee, where_);
        }
      }
    }
    return "";
  }

  void InsertBefore(std::size_t token, std::string_view text) {
    const std::size_t at = file_.tokens()[token].begin;
    edit_->Replace(file_, {at, at}, text);
  }

  std::optional<FunctionCode> FunctionAround() const {
    const std::size_t at = file_.tokens()[name_].begin;
    for (const FunctionCode& function : FunctionsOf(file_)) {
      if (at >= function.whole.begin && at < function.whole.end) return function;
    }
    return std::nullopt;
  }

  const SourceFile& file_;
  const MemberUse& use_;
  const Sources& sources_;
  SourceEdit* edit_;
  std::size_t name_ = 0;
  std::size_t begin_ = 0;
  std::string where_;
};

}  // namespace

WeakUse ToWeakUse(const MemberUse& use, const Sources& sources, SourceEdit* edit) {
  return Use(use, sources, edit).Change();
}

}  // namespace memprof
