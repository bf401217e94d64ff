// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/member_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runner/diagnose/fix/expression.h"
#include "runner/diagnose/fix/loop_code.h"

namespace memprof {
namespace {

enum class Meant { kYes, kNo, kUnclear };

std::optional<FunctionCode> FunctionWith(const SourceFile& file, std::size_t offset) {
  for (const FunctionCode& function : FunctionsOf(file)) {
    if (offset >= function.whole.begin && offset < function.whole.end) return function;
  }
  return std::nullopt;
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (const SourceToken& token : TokensOf(text)) {
    if (IsWord(token)) words.emplace_back(token.text);
  }
  return words;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Finder {
 public:
  Finder(const Sources& sources, std::string_view owner, std::string_view member)
      : sources_(sources), owner_(owner), member_(member) {}

  MemberUses Find() {
    MemberUses found;
    for (const auto& [path, file] : sources_.files()) {
      for (const std::size_t token : UsesOf(file, {0, file.text().size()}, member_)) {
        depth_ = 0;
        const Meant meant = IsMeant(file, token);
        if (meant == Meant::kUnclear) {
          found.unclear = fmt::format("whose `{}` {}:{} means is not clear from the text", member_,
                                      path, file.tokens()[token].line);
          return found;
        }
        if (meant == Meant::kYes) found.uses.push_back({&file, token, IsInitializer(file, token)});
      }
    }
    return found;
  }

 private:
  Meant IsMeant(const SourceFile& file, std::size_t token) {
    const std::string_view before = token == 0 ? "" : TokenText(file, token - 1);
    const std::string_view next = TokenText(file, token + 1);
    if (before == "::") return Meant::kUnclear;
    const std::optional<FunctionCode> function = FunctionWith(file, file.tokens()[token].begin);
    if (!function) {
      // A declaration, of this member or of something else; not code.
      return before == "." || before == "->" ? Meant::kUnclear : Meant::kNo;
    }
    if (before == "." || before == "->") {
      if (next == "(") return Meant::kNo;  // a method: a smart pointer cannot be called
      const std::string_view base = token < 2 ? "" : TokenText(file, token - 2);
      if (base == "this") return IsOfClass(file, *function) ? Meant::kYes : Meant::kNo;
      if (base == "{" || base == "," || base == "(") return Meant::kUnclear;  // {.session = …}
      return MeantBehind(file, *function, token - 2);
    }
    if (!IsOfClass(file, *function)) return Meant::kNo;
    if (IsDeclaredName(file, token)) {
      return IsInitializer(file, token) ? Meant::kYes : Meant::kNo;
    }
    return IsShadowed(file, *function) ? Meant::kNo : Meant::kYes;
  }

  bool IsOfClass(const SourceFile& file, const FunctionCode& function) const {
    if (function.class_name == owner_) return true;
    if (function.class_name.empty()) return false;
    const std::optional<ClassCode> of = ClassNamed(file, function.class_name);
    return of && std::any_of(of->bases.begin(), of->bases.end(), [&](const std::string& base) {
             return Has(WordsOf(base.substr(0, base.find('<'))), owner_);
           });
  }

  bool IsInitializer(const SourceFile& file, std::size_t token) const {
    const std::optional<FunctionCode> function = FunctionWith(file, file.tokens()[token].begin);
    if (!function) return false;
    const std::size_t at = file.tokens()[token].begin;
    const std::string_view before = token == 0 ? "" : TokenText(file, token - 1);
    return at >= function->parameters.end && at < function->body.begin &&
           (before == ":" || before == ",");
  }

  bool IsShadowed(const SourceFile& file, const FunctionCode& function) const {
    const auto declares = [&](CodeRange range) {
      const std::vector<std::size_t> named = UsesOf(file, range, member_);
      return std::any_of(named.begin(), named.end(),
                         [&](std::size_t each) { return IsDeclaredName(file, each); });
    };
    return declares(function.body) || !UsesOf(file, function.parameters, member_).empty();
  }

  /// By the declared type of what stands before the `.` or `->`; `last` is its last token.
  Meant MeantBehind(const SourceFile& file, const FunctionCode& function, std::size_t last) {
    std::size_t name = last;
    while (TokenText(file, name) == ")" || TokenText(file, name) == "]") {
      const std::size_t open = OpeningToken(file, name);
      if (open == 0 || open >= file.tokens().size()) return Meant::kUnclear;
      name = open - 1;
    }
    const bool call = name != last && TokenText(file, name + 1) == "(";
    const std::string word(TokenText(file, name));
    if (call) {
      static constexpr std::string_view kElements[] = {"front", "back",  "at",   "get", "lock",
                                                       "value", "begin", "find", "top"};
      const bool element =
          std::find(std::begin(kElements), std::end(kElements), word) != std::end(kElements);
      if (element && name >= 2 && IsQualified(file, name) && TokenText(file, name - 1) != "::") {
        return MeantBehind(file, function, name - 2);
      }
      return MeantByType(ReturnTypeOf(word));
    }
    if (word == "this") return IsOfClass(file, function) ? Meant::kYes : Meant::kNo;
    if (name > 0 && (TokenText(file, name - 1) == "." || TokenText(file, name - 1) == "->")) {
      return MeantByType(MemberTypeOf(word));
    }
    return MeantByType(TypeOfName(file, function, word));
  }

  Meant MeantByType(const std::string& type) const {
    if (type.empty()) return Meant::kUnclear;
    const std::vector<std::string> words = WordsOf(type);
    if (Has(words, owner_)) return Meant::kYes;
    // Another class of the files that were read.
    for (const auto& [path, each] : sources_.files()) {
      for (const std::string& word : words) {
        if (ClassNamed(each, word)) return Meant::kNo;
      }
    }
    return Meant::kUnclear;
  }

  std::string ReturnTypeOf(std::string_view function) const {
    std::string type;
    for (const auto& [path, file] : sources_.files()) {
      for (const FunctionCode& each : FunctionsOf(file)) {
        const std::string_view name = each.name;
        const std::size_t colon = name.rfind("::");
        const std::string_view last = colon == name.npos ? name : name.substr(colon + 2);
        if (last != function) continue;
        if (!type.empty() && type != each.returns) return "";
        type = each.returns;
      }
    }
    return type;
  }

  /// Of the member so named, whichever class has it; empty when several types come of it.
  std::string MemberTypeOf(std::string_view name) const {
    std::string type;
    for (const auto& [path, file] : sources_.files()) {
      for (const std::size_t use : UsesOf(file, {0, file.text().size()}, name)) {
        if (!IsDeclaredName(file, use)) continue;
        const int line = file.tokens()[use].line;
        const std::optional<ClassCode> of = ClassAt(file, line);
        const std::optional<Declaration> member =
            of ? MemberOf(file, *of, name) : std::optional<Declaration>();
        if (!member || member->line != line) continue;
        if (!type.empty() && type != member->type) return "";
        type = member->type;
      }
    }
    return type;
  }

  /// `auto` is looked through: at its initializer, or at what a range-for goes over.
  std::string TypeOfName(const SourceFile& file, const FunctionCode& function,
                         const std::string& name) {
    for (const CodeRange parameter : PartsOf(file, function.parameters, ',')) {
      if (!UsesOf(file, parameter, name).empty()) return std::string(file.Text(parameter));
    }
    std::string type = DeclaredType(file, function, name);
    if (!type.empty() && !Has(WordsOf(type), "auto")) return type;
    std::string found;
    for (const std::size_t use : UsesOf(file, function.body, name)) {
      if (!IsDeclaredName(file, use)) continue;
      const std::string each = InitializerType(file, function, use);
      if (each.empty() || (!found.empty() && found != each)) return "";
      found = each;
    }
    return found;
  }

  std::string InitializerType(const SourceFile& file, const FunctionCode& function,
                              std::size_t declared) {
    if (++depth_ > 8) return "";
    const std::string_view next = TokenText(file, declared + 1);
    std::size_t end = declared + 2;
    while (end < file.tokens().size() && TokenText(file, end) != ";" &&
           !(next == ":" && TokenText(file, end) == ")")) {
      const std::string_view text = TokenText(file, end);
      if (text == "(" || text == "[" || text == "{") end = ClosingToken(file, end);
      ++end;
    }
    if ((next != "=" && next != ":") || end >= file.tokens().size()) return "";
    const CodeRange range = {file.tokens()[declared + 2].begin, file.tokens()[end].begin};
    const std::vector<std::string> words = WordsOf(file.Text(range));
    if (Has(words, owner_)) return owner_;
    if (words.empty()) return "";
    // A call or a path: its last name, or the first that is known.
    const std::size_t last = end - 1;
    if (TokenText(file, last) == ")") {
      const std::size_t open = OpeningToken(file, last);
      if (open == 0 || open >= file.tokens().size()) return "";
      const std::string callee(TokenText(file, open - 1));
      if (const std::string type = ReturnTypeOf(callee); !type.empty()) return type;
    }
    const std::size_t first = TokenAt(file, range.begin);
    if (first == last || (TokenText(file, first) == "*" && first + 1 == last)) {
      const std::string word(TokenText(file, last));
      return word == TokenText(file, declared) ? "" : TypeOfName(file, function, word);
    }
    return IsQualified(file, last) ? MemberTypeOf(TokenText(file, last)) : "";
  }

  const Sources& sources_;
  std::string owner_;
  std::string member_;
  int depth_ = 0;
};

}  // namespace

MemberUses UsesOfMember(const Sources& sources, std::string_view owner, std::string_view member) {
  return Finder(sources, owner, member).Find();
}

}  // namespace memprof
