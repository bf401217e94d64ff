// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/weaken_capture.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/loop_code.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_edit.h"

namespace memprof {
namespace {

/// A closure's text, as far as it is changed.
struct Closure {
  CodeRange capture;                ///< the one to weaken
  CodeRange body;                   ///< between its braces
  std::size_t behind_captures = 0;  ///< token
  bool is_mutable = false;
  std::string returns;  ///< as written behind `->`
};

class Capture {
 public:
  Capture(const Finding& finding, const Sources& sources) : weaken_(*finding.weaken) {
    const std::size_t begin = weaken_.member.find('`') + 1;
    name_ = weaken_.member.substr(begin, weaken_.member.find('`', begin) - begin);
    file_ = sources.Find(weaken_.file);
  }

  Fix Propose() {
    Fix fix;
    fix.summary = fmt::format("capture a std::weak_ptr instead of `{}`", name_);
    fix.why = fmt::format(
        "the closure then does not own `{}`, which holds the closure: nothing waits for itself, "
        "and both go with the last owner outside",
        name_);
    fix.trade_off = "the closure does nothing once its object is gone";
    fix.effort = "minutes";
    const std::string why_not = Change();
    if (why_not.empty()) fix.diff = edit_.Diff();
    if (fix.diff.empty()) {
      fix.why_no_diff = why_not.empty() ? "the closure could not be rewritten" : why_not;
      fix.snippet = fmt::format(
          "[weak_{0} = std::weak_ptr<{1}>({0})] {{\n"
          "  const auto locked = weak_{0}.lock();\n"
          "  if (!locked) return{2};\n"
          "  // use `locked` where `{0}` was used\n"
          "}}",
          name_, Element().empty() ? "decltype(" + name_ + ")::element_type" : Element(),
          returns_value_ ? " …" : "");
    }
    return fix;
  }

 private:
  std::string Change() {
    if (file_ == nullptr) return "the closure's file could not be read";
    const std::optional<Closure> closure = Find();
    if (!closure) {
      return fmt::format("no closure that captures `{}` by name begins at {}:{}", name_,
                         weaken_.file, weaken_.line);
    }
    if (closure->is_mutable) return "the closure is mutable, and may let go of it itself";
    returns_value_ = ReturnsValue(*closure);
    if (returns_value_) {
      return "the closure returns a value, and which one it should return when its object is gone "
             "is yours to say";
    }
    return Rewrite(*closure);
  }

  std::optional<Closure> Find() const {
    std::optional<Closure> found;
    for (std::size_t i = TokenAt(*file_, file_->BeginOfLine(weaken_.line));
         i < file_->tokens().size() && file_->tokens()[i].line == weaken_.line; ++i) {
      if (TokenText(*file_, i) != "[") continue;
      std::optional<Closure> closure = ClosureAt(i);
      if (!closure) continue;
      if (found) return std::nullopt;
      found = closure;
    }
    return found;
  }

  std::optional<Closure> ClosureAt(std::size_t open) const {
    const std::size_t none = file_->tokens().size();
    std::size_t at = ClosingToken(*file_, open);
    if (at >= none) return std::nullopt;
    Closure closure;
    closure.behind_captures = at + 1;
    bool captured = false;
    const CodeRange captures = {file_->tokens()[open].end, file_->tokens()[at].begin};
    for (const CodeRange capture : PartsOf(*file_, captures, ',')) {
      const std::size_t first = TokenAt(*file_, capture.begin);
      if (capture.begin == capture.end || TokenText(*file_, first) != name_) continue;
      const std::string_view next = TokenText(*file_, first + 1);
      captured = file_->tokens()[first].end == capture.end || next == "=";
      closure.capture = capture;
    }
    if (!captured) return std::nullopt;
    ++at;
    if (TokenText(*file_, at) == "(") at = ClosingToken(*file_, at) + 1;
    for (; at < none && TokenText(*file_, at) != "{"; ++at) {
      const std::string_view text = TokenText(*file_, at);
      if (text == "mutable") closure.is_mutable = true;
      if (text == ";" || text == ")" || text == ",") return std::nullopt;
      if (text != "mutable" && text != "noexcept" && text != "->") closure.returns += text;
    }
    const std::size_t close = at < none ? ClosingToken(*file_, at) : none;
    if (close >= none) return std::nullopt;
    closure.body = {file_->tokens()[at].end, file_->tokens()[close].begin};
    return closure;
  }

  bool ReturnsValue(const Closure& closure) const {
    if (!closure.returns.empty()) return closure.returns != "void";
    for (const std::size_t use : UsesOf(*file_, closure.body, "return")) {
      const bool own = !IsInClosure(*file_, closure.body, file_->tokens()[use].begin);
      if (own && TokenText(*file_, use + 1) != ";") return true;
    }
    return false;
  }

  std::string Rewrite(const Closure& closure) {
    const std::string text(file_->Text(closure.capture));
    const bool plain = text == name_;
    const std::size_t equals = text.find('=');
    const std::string value =
        plain ? name_ : text.substr(text.find_first_not_of(" \t", equals + 1));
    std::string weak = fmt::format("weak_{0} = ", name_);
    if (value == "shared_from_this()" || value == "this->shared_from_this()") {
      weak += "weak_from_this()";
    } else if (Element().empty()) {
      return fmt::format("the type that `{}` owns has no name that can be written", name_);
    } else if (!plain &&
               !IsPlainPath(*file_, {closure.capture.end - value.size(), closure.capture.end})) {
      return fmt::format("`{}` is made for the closure alone, which may be its only owner", name_);
    } else {
      weak += fmt::format("std::weak_ptr<{}>({})", Element(), value);
    }
    // A local of its own name would shadow the captured variable.
    const std::string locked = plain ? "locked_" + name_ : name_;
    if (!UsesOf(*file_, closure.body, locked == name_ ? "weak_" + name_ : locked).empty()) {
      return fmt::format("the closure has a `{}` already", locked);
    }
    edit_.Replace(*file_, closure.capture, weak);
    return RewriteBody(closure, locked);
  }

  std::string RewriteBody(const Closure& closure, const std::string& locked) {
    const int line = file_->LineOf(closure.body.begin - 1);
    const bool one_line = file_->LineOf(closure.body.end) == line;
    const std::string newline(NewlineOf(*file_));
    const std::string outer(file_->IndentOf(line));
    const std::string inner = outer + (outer.starts_with('\t') ? "\t" : "  ");
    const std::string lock =
        fmt::format("{0}{1}const auto {2} = weak_{3}.lock();{0}{1}if (!{2}) return;", newline,
                    one_line ? inner : BodyIndent(closure, inner), locked, name_);
    const CodeRange code = Trimmed(*file_, closure.body);
    if (one_line) {
      edit_.Replace(*file_, {closure.body.begin, code.begin},
                    code.begin == code.end ? lock : lock + newline + inner);
      edit_.Replace(*file_, {code.end, closure.body.end}, newline + outer);
    } else {
      edit_.Replace(*file_, {closure.body.begin, closure.body.begin}, lock);
    }
    if (locked == name_) return "";
    for (const std::size_t use : UsesOf(*file_, closure.body, name_)) {
      if (IsQualified(*file_, use)) continue;
      if (IsDeclaredName(*file_, use) || InCaptures(use)) {
        return fmt::format("the closure's body names another `{}`", name_);
      }
      edit_.Replace(*file_, RangeOf(*file_, use, use), locked);
    }
    return "";
  }

  std::string BodyIndent(const Closure& closure, const std::string& otherwise) const {
    const CodeRange code = Trimmed(*file_, closure.body);
    const int line = file_->LineOf(code.begin);
    if (code.begin == code.end || line == file_->LineOf(closure.body.begin)) return otherwise;
    return std::string(file_->IndentOf(line));
  }

  bool InCaptures(std::size_t use) const {
    const std::string_view before = TokenText(*file_, use - 1);
    const std::string_view next = TokenText(*file_, use + 1);
    return (before == "[" || before == ",") && (next == "]" || next == ",") &&
           (before == "[" || next == "]");
  }

  std::string Element() const {
    const std::string& type = weaken_.type;
    const std::size_t open = type.find("shared_ptr<");
    if (open == std::string::npos || !type.ends_with('>') || type.find('(') != type.npos ||
        type.find('{') != type.npos) {
      return "";
    }
    return type.substr(open + 11, type.size() - open - 12);
  }

  const Weaken& weaken_;
  std::string name_;
  const SourceFile* file_ = nullptr;
  bool returns_value_ = false;
  SourceEdit edit_;
};

}  // namespace

Fix WeakenCapture(const Finding& finding, const Sources& sources) {
  return Capture(finding, sources).Propose();
}

}  // namespace memprof
