// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_statements.h"

#include <algorithm>
#include <string_view>

namespace memprof {
namespace {

class StatementReader {
 public:
  StatementReader(const SourceFile& file, const CodeOutline& outline)
      : tokens_(file.tokens()), outline_(outline) {}

  std::vector<CodeStatement> Read() {
    ReadBlock(0, tokens_.size(), tokens_.size());
    std::stable_sort(
        found_.begin(), found_.end(),
        [](const CodeStatement& a, const CodeStatement& b) { return a.first < b.first; });
    return std::move(found_);
  }

 private:
  std::string_view Text(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i].text : std::string_view();
  }

  void ReadBlock(std::size_t from, std::size_t to, std::size_t block) {
    std::vector<std::size_t> begins;  // of the statement, and of those that it has without braces
    std::size_t i = Begin(from, to, &begins);
    while (i < to) {
      const std::string_view text = Text(i);
      if (text == "(" || text == "[") {
        ReadWithin(i + 1, outline_.closing[i]);
        i = outline_.closing[i] + 1;
      } else if (text == "{" && IsBlock(i, begins)) {
        if (!outline_.blocks.contains(i) && begins.back() < i) End(&begins, i - 1, block);
        ReadBlock(i + 1, outline_.closing[i], i);
        i = Begin(outline_.closing[i] + 1, to, &begins);
      } else if (text == "{") {
        ReadWithin(i, outline_.closing[i]);
        i = outline_.closing[i] + 1;
      } else if (text == ";") {
        if (begins.back() == i) begins.pop_back();
        End(&begins, i, block);
        i = Begin(i + 1, to, &begins);
      } else {
        ++i;
      }
    }
  }

  /// Puts down where the statement at `i` and those within it begin. The token to go on at.
  std::size_t Begin(std::size_t i, std::size_t to, std::vector<std::size_t>* begins) {
    begins->clear();
    i = BehindLabels(i, to);
    begins->push_back(i);
    while (i < to) {
      const std::string_view word = Text(i);
      const bool has_condition =
          word == "if" || word == "for" || word == "while" || word == "switch" || word == "catch";
      if (!has_condition && word != "else" && word != "do" && word != "try") break;
      ++i;
      if (Text(i) == "constexpr") ++i;
      if (has_condition) {
        if (Text(i) != "(") break;
        ReadWithin(i + 1, outline_.closing[i]);
        i = outline_.closing[i] + 1;
      }
      if (i < to && Text(i) != "{" && Text(i) != ";") begins->push_back(i);
    }
    return i;
  }

  std::size_t BehindLabels(std::size_t i, std::size_t to) const {
    while (i < to) {
      const std::string_view word = Text(i);
      std::size_t colon = i + 1;
      if (word == "case") {
        while (colon < to && Text(colon) != ":" && Text(colon) != ";") ++colon;
      } else if (word == "public" || word == "private" || word == "protected") {
        if (Text(colon) != ":") ++colon;  // as in `public slots:`
      } else if (!IsWord(tokens_[i])) {
        return i;
      }
      if (colon >= to || Text(colon) != ":") return i;
      i = colon + 1;
    }
    return i;
  }

  void End(std::vector<std::size_t>* begins, std::size_t last, std::size_t block) {
    for (const std::size_t first : *begins) found_.push_back({first, last, block});
  }

  /// Whether the `{` at `i` opens a block rather than an initialiser.
  bool IsBlock(std::size_t i, const std::vector<std::size_t>& begins) const {
    if (outline_.blocks.contains(i)) return true;
    if (outline_.closures.contains(i)) return false;
    if (begins.back() == i || i == 0) return true;
    const std::string_view before = Text(i - 1);
    return before == ")" || before == "else" || before == "do" || before == "try";
  }

  /// The statements of closures within an expression.
  void ReadWithin(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (!outline_.closures.contains(i)) continue;
      ReadBlock(i + 1, outline_.closing[i], i);
      i = outline_.closing[i];
    }
  }

  const std::vector<SourceToken>& tokens_;
  const CodeOutline& outline_;
  std::vector<CodeStatement> found_;
};

}  // namespace

std::vector<CodeStatement> StatementsOf(const SourceFile& file, const CodeOutline& outline) {
  return StatementReader(file, outline).Read();
}

}  // namespace memprof
