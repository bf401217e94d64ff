// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/new_expression.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <utility>

#include "runner/source/source_tokens.h"
#include "runner/symbols/type_text.h"

namespace memprof {
namespace {

/// Where GCC has the line of an expression that goes over several, it may be off by so much.
constexpr int kNear = 2;

/// What the arguments of a malloc say.
struct CountedType {
  std::string type;       ///< in a `sizeof`; empty when there is none
  bool measured = false;  ///< there is a `sizeof`, of a type or of something else
  bool multiplied = false;
};

class Finder {
 public:
  explicit Finder(std::string_view source) : tokens_(TokensOf(source)) {}

  void Find() {
    std::size_t statement = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const std::string_view text = tokens_[i].text;
      if (text == ";" || text == "{" || text == "}") {
        EndStatement(statement, i);
        statement = i + 1;
      } else if (text == "new" && !Is(i - 1, "operator")) {
        ReadNew(i);
      } else if (text.ends_with("alloc") && Is(i + 1, "(")) {
        ReadMalloc(i);
      } else if (text == "strdup" || text == "strndup") {
        if (Is(i + 1, "(")) Add(NewExpression::Form::kMalloc, i, i + 1, "char", true);
      } else if (Is(i + 1, "<")) {
        ReadMake(i, text);
      } else if (text == "using" && Is(i + 2, "=")) {
        AddAlias(TypeAt(tokens_, i + 3), i + 1);
      } else if (text == "typedef") {
        const std::optional<TypeText> type = TypeAt(tokens_, i + 1);
        if (type) AddAlias(type, type->end);
      }
    }
    EndStatement(statement, tokens_.size());
  }

  std::vector<NewExpression> found_;
  std::map<std::string, std::string> aliases_;  ///< empty for what is several types

 private:
  /// The index may be one before the first.
  bool Is(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].text == text;
  }

  /// Notes where the statement of what was found in it lies. One that ends in a brace (a braced
  /// initialiser, or the body of a lambda) is cut there: the line is then looked for in less.
  void EndStatement(std::size_t begin, std::size_t end) {
    for (; marked_ < found_.size(); ++marked_) {
      found_[marked_].statement_first_line = tokens_[begin].line;
      found_[marked_].statement_last_line = tokens_[std::min(end, tokens_.size() - 1)].line;
    }
  }

  void Add(NewExpression::Form form, std::size_t begin, std::size_t end, std::string type,
           bool is_array) {
    // What is in brackets behind it belongs to it.
    while (Is(end, "(") || Is(end, "{") || Is(end, "[")) end = AfterBracket(tokens_, end);
    const std::size_t last = std::min(end, tokens_.size()) - 1;
    NewExpression found;
    found.form = form;
    found.type = std::move(type);
    found.is_array = is_array;
    found.first_line = tokens_[begin].line;
    found.first_column = tokens_[begin].column;
    found.last_line = tokens_[last].line;
    found_.push_back(std::move(found));
  }

  void ReadNew(std::size_t keyword) {
    std::size_t at = keyword + 1;
    if (Is(at, "(")) {
      const std::size_t after = AfterBracket(tokens_, at);
      const bool placement = TypeAt(tokens_, after).has_value();
      if (!placement) {
        ++at;  // a type in brackets: new (Foo)
      } else if (AllocatesAfterAll(at, after)) {
        at = after;
      } else {
        return;
      }
    }
    std::optional<TypeText> type = TypeAt(tokens_, at);
    if (!type || type->text == "auto") return;
    const bool array = Is(type->end, "[");
    Add(NewExpression::Form::kNew, keyword, type->end, std::move(type->text), array);
  }

  /// Whether the arguments of a placement new leave it the ordinary one.
  bool AllocatesAfterAll(std::size_t begin, std::size_t end) const {
    return std::any_of(tokens_.begin() + std::ptrdiff_t(begin),
                       tokens_.begin() + std::ptrdiff_t(std::min(end, tokens_.size())),
                       [](const SourceToken& token) {
                         return token.text == "nothrow" || token.text == "align_val_t";
                       });
  }

  void ReadMalloc(std::size_t name) {
    const std::size_t end = AfterBracket(tokens_, name + 1);
    CountedType counted = SizeIn(name + 2, end - 1);
    const std::string pointee = PointeeBefore(name);
    if (!pointee.empty() && pointee != "void") {
      // Without a sizeof nobody knows how many: `static_cast<char*>(malloc(n))`.
      counted.multiplied = counted.multiplied || !counted.measured;
      counted.type = pointee;
    }
    if (counted.type.empty()) return;
    const std::string_view text = tokens_[name].text;
    const bool one = Is(name + 2, "1") && Is(name + 3, ",");
    if (text.ends_with("calloc") && !one) counted.multiplied = true;
    Add(NewExpression::Form::kMalloc, name, name + 1, std::move(counted.type), counted.multiplied);
  }

  /// `sizeof(T)` and whether something multiplies it.
  CountedType SizeIn(std::size_t begin, std::size_t end) const {
    CountedType found;
    for (std::size_t i = begin; i < end;) {
      if (!Is(i, "sizeof")) {
        if (Is(i, "*")) found.multiplied = true;
        ++i;
        continue;
      }
      found.measured = true;
      const bool brackets = Is(i + 1, "(");
      const std::optional<TypeText> type = TypeAt(tokens_, i + (brackets ? 2 : 1));
      // An expression such as `sizeof(*p)` names no type, and `sizeof(a->b)` goes on.
      if (type && brackets && Is(type->end, ")")) found.type = type->text;
      i = brackets ? AfterBracket(tokens_, i + 1) : i + 2;
    }
    return found;
  }

  /// T of `(T*)malloc`, `static_cast<T*>(malloc` and `T* p = malloc`; empty when there is none.
  std::string PointeeBefore(std::size_t name) const {
    while (name > 0 && Is(name - 1, "::")) name -= name > 1 && IsWord(tokens_[name - 2]) ? 2 : 1;
    if (name < 2) return {};
    std::size_t begin = 0;
    if (Is(name - 1, ")")) {
      begin = BeforeBracket(tokens_, name - 1) + 1;
    } else if (Is(name - 1, "(") && Is(name - 2, ">")) {
      const std::size_t open = BeforeBracket(tokens_, name - 2);
      if (open == 0 || !tokens_[open - 1].text.ends_with("_cast")) return {};
      begin = open + 1;
    } else if (Is(name - 1, "=")) {
      begin = name - 1;
      while (begin > 0 && !Is(begin - 1, ";") && !Is(begin - 1, "{") && !Is(begin - 1, "}") &&
             !Is(begin - 1, "(")) {
        --begin;
      }
    } else {
      return {};
    }
    const std::optional<TypeText> type = TypeAt(tokens_, begin);
    if (!type || !type->text.ends_with("*")) return {};
    return type->text.substr(0, type->text.size() - 1);
  }

  void AddAlias(const std::optional<TypeText>& type, std::size_t name) {
    const std::size_t end = type ? std::max(type->end, name + 1) : 0;
    if (end == 0 || !Is(end, ";") || !IsWord(tokens_[name])) return;
    const auto [entry, is_new] = aliases_.try_emplace(std::string(tokens_[name].text), type->text);
    if (!is_new && entry->second != type->text) entry->second.clear();
  }

  void ReadMake(std::size_t name, std::string_view text) {
    using Form = NewExpression::Form;
    static constexpr std::pair<std::string_view, Form> kMakers[] = {
        {"make_unique", Form::kMakeUnique},
        {"make_unique_for_overwrite", Form::kMakeUnique},
        {"make_shared", Form::kMakeShared},
        {"make_shared_for_overwrite", Form::kMakeShared},
        {"allocate_shared", Form::kMakeShared}};
    const auto maker = std::find_if(std::begin(kMakers), std::end(kMakers),
                                    [&](const auto& entry) { return entry.first == text; });
    if (maker == std::end(kMakers)) return;
    std::optional<TypeText> type = TypeAt(tokens_, name + 2);
    if (!type) return;
    const bool array = Is(type->end, "[");
    Add(maker->second, name, AfterBracket(tokens_, name + 1), std::move(type->text), array);
  }

  std::vector<SourceToken> tokens_;
  std::size_t marked_ = 0;  ///< of found_, whose statement is known
};

/// How far `line` lies from what the expression covers; large when it is another statement's.
int Distance(const NewExpression& found, int line) {
  if (line >= found.first_line && line <= found.last_line) return 0;
  const bool same_statement =
      line >= found.statement_first_line && line <= found.statement_last_line;
  if (!same_statement) return kNear + 1;
  return line < found.first_line ? found.first_line - line : line - found.last_line;
}

}  // namespace

NewExpressions::NewExpressions(std::string_view source) {
  Finder finder(source);
  finder.Find();
  found_ = std::move(finder.found_);
  aliases_ = std::move(finder.aliases_);
}

std::string NewExpressions::AliasOf(const std::string& name) const {
  const auto alias = aliases_.find(name);
  return alias != aliases_.end() ? alias->second : "";
}

const NewExpression* NewExpressions::At(int line, int column) const {
  std::vector<const NewExpression*> nearest;
  int distance = kNear + 1;
  for (const NewExpression& found : found_) {
    const int away = Distance(found, line);
    if (away > kNear || away > distance) continue;
    if (away < distance) nearest.clear();
    distance = away;
    nearest.push_back(&found);
  }
  if (nearest.empty()) return nullptr;
  const auto at_column = [&](const NewExpression* found) {
    return column > 0 && found->first_line == line && found->first_column == column;
  };
  const auto exact = std::find_if(nearest.begin(), nearest.end(), at_column);
  if (exact != nearest.end()) return *exact;
  const bool all_same = std::all_of(nearest.begin(), nearest.end(), [&](const NewExpression* each) {
    return each->SameType(*nearest[0]);
  });
  return all_same ? nearest[0] : nullptr;
}

}  // namespace memprof
