// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_outline.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "runner/source/code_head.h"

namespace memprof {
namespace {

bool IsClassKey(std::string_view word) {
  return word == "class" || word == "struct" || word == "union";
}

bool IsAccess(std::string_view word) {
  return word == "public" || word == "private" || word == "protected" || word == "signals";
}

// Deeper nesting is a table that a program made; reading it nests as deeply.
constexpr std::size_t kDeepest = 500;

/// Empty when they do not match.
std::vector<std::size_t> Brackets(const std::vector<SourceToken>& tokens) {
  std::vector<std::size_t> closing(tokens.size(), tokens.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view text = tokens[i].text;
    if (text == "(" || text == "[" || text == "{") open.push_back(i);
    if (open.size() > kDeepest) return {};
    if (text != ")" && text != "]" && text != "}") continue;
    const std::string_view opening = text == ")" ? "(" : text == "]" ? "[" : "{";
    if (open.empty() || tokens[open.back()].text != opening) return {};
    closing[open.back()] = i;
    open.pop_back();
  }
  if (!open.empty()) return {};
  return closing;
}

class Outliner {
 public:
  explicit Outliner(const SourceFile& file) : file_(file), tokens_(file.tokens()) {}

  std::optional<CodeOutline> Read() {
    out_.closing = Brackets(tokens_);
    if (out_.closing.empty()) return std::nullopt;
    ReadScope(0, tokens_.size(), {}, false);
    ReadClosures();
    NameClasses();
    std::sort(
        out_.functions.begin(), out_.functions.end(),
        [](const FunctionCode& a, const FunctionCode& b) { return a.whole.begin < b.whole.begin; });
    return std::move(out_);
  }

 private:
  std::string_view Text(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i].text : std::string_view();
  }
  CodeRange Between(std::size_t open) const {
    return {tokens_[open].end, tokens_[out_.closing[open]].begin};
  }

  /// What stands directly within a namespace or class.
  void ReadScope(std::size_t from, std::size_t to, const std::string& class_name, bool is_class) {
    std::size_t head = from;
    for (std::size_t i = from; i < to;) {
      const std::string_view text = Text(i);
      if (text == "{") {
        i = ReadBraces(&head, i, class_name);
      } else if (text == "(" || text == "[") {
        i = out_.closing[i] + 1;
      } else if (text == "<" && i > head && IsWord(tokens_[i - 1])) {
        const std::size_t close = ClosingToken(file_, i);
        i = close < to ? close + 1 : i + 1;
      } else if (is_class && IsAccess(text) && (Text(i + 1) == ":" || Text(i + 2) == ":")) {
        i += Text(i + 1) == ":" ? 2 : 3;
        head = i;
      } else {
        ++i;
        if (text == ";") head = i;
      }
    }
  }

  /// The token to go on at.
  std::size_t ReadBraces(std::size_t* head, std::size_t open, const std::string& class_name) {
    const CodeHead found = HeadOf(file_, out_.closing, *head, open, class_name);
    std::size_t next = out_.closing[open] + 1;
    if (found.kind == CodeHead::Kind::kInitializer) return next;
    out_.blocks.insert(open);
    switch (found.kind) {
      case CodeHead::Kind::kNamespace:
        ReadScope(open + 1, out_.closing[open], {}, false);
        break;
      case CodeHead::Kind::kClass:
        AddClass(found, *head, open);
        break;
      case CodeHead::Kind::kFunction:
        next = AddFunction(found, *head, open, class_name);
        break;
      case CodeHead::Kind::kEnumeration:
      case CodeHead::Kind::kInitializer:
        break;
    }
    *head = next;
    return next;
  }

  void AddClass(const CodeHead& head, std::size_t first, std::size_t open) {
    const std::size_t close = out_.closing[open];
    std::size_t end = close;
    while (end < tokens_.size() && Text(end) != ";") ++end;
    const std::size_t last = end < tokens_.size() ? end : close;
    out_.classes.push_back({head.name,
                            head.is_struct,
                            head.bases,
                            Between(open),
                            {tokens_[first].begin, tokens_[last].end}});
    ReadScope(open + 1, close, head.name, true);
  }

  std::size_t AddFunction(const CodeHead& head, std::size_t first, std::size_t open,
                          const std::string& class_name) {
    std::size_t close = out_.closing[open];
    ReadBody(open + 1, close);
    while (Text(close + 1) == "catch" && Text(close + 2) == "(") {
      const std::size_t handler = out_.closing[close + 2] + 1;
      if (Text(handler) != "{") break;
      ReadBody(handler + 1, out_.closing[handler]);
      close = out_.closing[handler];
    }
    FunctionCode function;
    function.name = head.name;
    function.class_name = head.qualifier.empty() ? class_name : head.qualifier;
    function.returns = head.returns;
    function.parameters = Between(head.params);
    function.body = Between(open);
    function.whole = {tokens_[first].begin, tokens_[close].end};
    out_.functions.push_back(std::move(function));
    return close + 1;
  }

  /// Classes within a function.
  void ReadBody(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const std::string_view before = i > from ? Text(i - 1) : "{";
      const bool begins = before == "{" || before == "}" || before == ";" || before == "static" ||
                          before == "const" || before == "typedef" || before == ":";
      if (!IsClassKey(Text(i)) || !begins) continue;
      std::size_t open = i + 1;
      while (open < to && Text(open) != "{" && Text(open) != ";" && Text(open) != "=") ++open;
      if (open == to || Text(open) != "{") continue;
      const CodeHead head = HeadOf(file_, out_.closing, i, open, {});
      if (head.kind != CodeHead::Kind::kClass) continue;
      out_.blocks.insert(open);
      AddClass(head, i, open);
      i = out_.closing[open];
    }
  }

  void ReadClosures() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (Text(i) != "[" || !MayBegin(i)) continue;
      std::size_t at = out_.closing[i] + 1;
      if (Text(at) == "<") at = ClosingToken(file_, at) + 1;
      CodeRange parameters;
      std::string returns;
      if (Text(at) == "(") {
        parameters = Between(at);
        at = out_.closing[at] + 1;
      }
      while (at < tokens_.size() && (Text(at) == "mutable" || Text(at) == "constexpr" ||
                                     Text(at) == "noexcept" || Text(at) == "static")) {
        ++at;
        if (Text(at) == "(") at = out_.closing[at] + 1;
      }
      if (Text(at) == "->") {
        const std::size_t type = at + 1;
        while (at < tokens_.size() && Text(at) != "{" && Text(at) != ";" && Text(at) != ")") ++at;
        returns = Spelled(file_, type, at);
      }
      if (Text(at) != "{") continue;
      FunctionCode closure;
      closure.returns = returns;
      closure.parameters = parameters;
      closure.body = Between(at);
      closure.whole = {tokens_[i].begin, tokens_[out_.closing[at]].end};
      closure.is_closure = true;
      out_.functions.push_back(std::move(closure));
      out_.closures.insert(at);
    }
  }

  /// Whether the `[` at `i` is no subscript, array bound or attribute.
  bool MayBegin(std::size_t i) const {
    if (Text(i + 1) == "[") return false;
    if (i == 0) return true;
    const SourceToken& before = tokens_[i - 1];
    if (before.text.empty() || before.text == ")" || before.text == "]" || before.text == "[") {
      return false;
    }
    return !IsWord(before) || before.text == "return" || before.text == "co_return" ||
           before.text == "co_yield" || before.text == "co_await" || before.text == "throw";
  }

  /// A qualifier may be a namespace. It is a class where the file has such a class, or it has
  /// template arguments, or the name is a constructor's or destructor's, or `const` stands behind
  /// the parameters.
  void NameClasses() {
    for (FunctionCode& function : out_.functions) {
      if (function.name.find("::") == std::string::npos) continue;
      const std::string& of = function.class_name;
      const bool defined = std::any_of(out_.classes.begin(), out_.classes.end(),
                                       [&of](const ClassCode& c) { return c.name == of; });
      const std::size_t behind = TokenAt(file_, function.parameters.end) + 1;
      const bool special =
          function.returns.empty() && function.name.find("operator") == std::string::npos;
      const bool is_template = function.name.find(">::") != std::string::npos;
      if (!defined && !special && !is_template && Text(behind) != "const")
        function.class_name.clear();
    }
  }

  const SourceFile& file_;
  const std::vector<SourceToken>& tokens_;
  CodeOutline out_;
};

}  // namespace

std::optional<CodeOutline> OutlineOf(const SourceFile& file) { return Outliner(file).Read(); }

bool LooksLikeMacro(std::string_view word) {
  if (word.size() < 2 || !std::isupper(static_cast<unsigned char>(word[0]))) return false;
  return std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isupper(c) || std::isdigit(c) || c == '_';
  });
}

std::string Spelled(const SourceFile& file, std::size_t first, std::size_t end) {
  const std::vector<SourceToken>& tokens = file.tokens();
  std::string text;
  for (std::size_t i = first; i < end && i < tokens.size(); ++i) {
    const bool blank = i > first && tokens[i].begin > tokens[i - 1].end && tokens[i].text != "*" &&
                       tokens[i].text != "&";
    if (blank) text += ' ';
    text += file.Text({tokens[i].begin, tokens[i].end});
  }
  return text;
}

}  // namespace memprof
