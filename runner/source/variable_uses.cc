// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/variable_uses.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>

#include "runner/source/code_structure.h"

namespace memprof {
namespace {

using Kind = VariableUse::Kind;

class UseReader {
 public:
  UseReader(const SourceFile& file, const std::vector<std::string_view>& releases)
      : tokens_(file.tokens()), releases_(releases) {}

  VariableUse Read(std::size_t token) const {
    VariableUse use;
    use.token = token;
    use.line = tokens_[token].line;
    use.kind = KindOf(token, &use.callee);
    return use;
  }

  bool IsMemberOfAnother(std::size_t i) const {
    const std::string_view before = At(i, -1);
    return before == "." || before == "->" || before == "::" || At(i, 1) == "::";
  }

 private:
  std::string_view At(std::size_t i, int offset) const {
    const std::size_t at = i + static_cast<std::size_t>(offset);
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  Kind KindOf(std::size_t i, std::string* callee) const {
    const std::string_view before = At(i, -1);
    const std::string_view after = At(i, 1);
    if (before == "delete") return *callee = "delete", Kind::kRelease;
    if (before == "]" && At(i, -2) == "[" && At(i, -3) == "delete") {
      return *callee = "delete[]", Kind::kRelease;
    }
    if (after == "->" || after == "[" || after == ".") return Kind::kAccess;
    if (before == "*" && IsPrefix(i - 1)) return Kind::kAccess;
    if (before == "&" && IsPrefix(i - 1)) return Kind::kAddress;
    if (before == "!") return Kind::kTest;
    if (IsComparison(i)) return Kind::kTest;
    if (after == "=") return Kind::kAssigned;
    if (before == "return" || before == "co_return") {
      return after == ";"                                   ? Kind::kReturned
             : after == "&" || after == "|" || after == "?" ? Kind::kTest
                                                            : Kind::kOther;
    }
    if (before == "[" && (after == "]" || after == ",")) return Kind::kOther;  // an index
    const bool from_begin = before == "(" || before == "&" || before == "|" || before == ",";
    const bool to_end =
        after == ")" || after == "&" || after == "|" || after == "," || after == "?";
    if (before == "=" || before == "{" || (before == "?" || before == ":")) return Kind::kStored;
    if (before == "<" && At(i, -2) == "<") return Kind::kPassed;
    if (!from_begin || !to_end) return Kind::kOther;
    if (before == "&" || before == "|" || after == "&" || after == "|" || after == "?") {
      const bool doubled = At(i, -2) == before || At(i, 2) == after || after == "?";
      return doubled ? Kind::kTest : Kind::kOther;
    }
    return KindOfArgument(i, callee);
  }

  /// Whether `*` or `&` at `i` has nothing to its left that it could join.
  bool IsPrefix(std::size_t i) const {
    if (i == 0) return true;
    const SourceToken& before = tokens_[i - 1];
    if (before.text == ")" || before.text == "]" || before.text.empty()) return false;
    if (tokens_[i].text == "&" && before.text == "&") return false;
    return !IsWord(before) || before.text == "return" || before.text == "case";
  }

  bool IsComparison(std::size_t i) const {
    const std::string_view after = At(i, 1);
    const bool left = (after == "=" || after == "!") && At(i, 2) == "=";
    const bool less = (after == "<" || after == ">") && At(i, 2) != after;
    const bool right = At(i, -1) == "=" && (At(i, -2) == "=" || At(i, -2) == "!" ||
                                            At(i, -2) == "<" || At(i, -2) == ">");
    return left || less || right;
  }

  Kind KindOfArgument(std::size_t i, std::string* callee) const {
    int depth = 0;
    std::size_t open = i;
    bool first = true;
    while (open > 0) {
      --open;
      const std::string_view text = tokens_[open].text;
      if (text == ")" || text == "]" || text == "}") ++depth;
      if (text == "(" || text == "[" || text == "{") {
        if (depth == 0) break;
        --depth;
      }
      if (depth == 0 && text == ",") first = false;
      if (depth == 0 && text == ";") return Kind::kOther;
    }
    if (open == 0) return Kind::kOther;
    if (tokens_[open].text == "[") return Kind::kCaptured;
    if (tokens_[open].text == "{") return Kind::kStored;
    const SourceToken& name = tokens_[open - 1];
    if (name.text == ">" && (At(i, 2) == "[" || At(i, 2) == "->")) {
      *callee = "static_cast";  // and what it gives is looked at right there
      return Kind::kPassed;
    }
    if (!IsWord(name)) return Kind::kOther;
    if (name.text == "if" || name.text == "while") return Kind::kTest;
    if (name.text == "for" || name.text == "return" || name.text == "sizeof") return Kind::kOther;
    *callee = std::string(name.text);
    const bool releases =
        std::find(releases_.begin(), releases_.end(), name.text) != releases_.end();
    if (releases && first) return Kind::kRelease;
    const std::string_view before = open > 1 ? tokens_[open - 2].text : std::string_view();
    const bool is_method = before == "." || before == "->";
    // `std::unique_ptr<T> owner(p)`: a variable that is made of it.
    const bool makes = before == ">" || before == "*" ||
                       (open > 1 && IsWord(tokens_[open - 2]) && before != "return" &&
                        before != "else" && before != "do" && before != "new");
    const bool keeps = is_method && (name.text == "push_back" || name.text == "emplace_back" ||
                                     name.text == "insert" || name.text == "push" ||
                                     name.text == "emplace" || name.text == "reset" ||
                                     name.text == "push_front" || name.text == "emplace_front");
    return keeps || makes || before == "new" ? Kind::kStored : Kind::kPassed;
  }

  const std::vector<SourceToken>& tokens_;
  const std::vector<std::string_view>& releases_;
};

}  // namespace

std::vector<VariableUse> UsesOfVariable(const SourceFile& file, const FunctionCode& function,
                                        const Declaration& variable,
                                        const std::vector<std::string_view>& releases) {
  const CodeStructure* structure = StructureOf(file);
  if (structure == nullptr) return {};
  const UseReader reader(file, releases);
  std::vector<VariableUse> uses;
  const CodeRange behind = {variable.name_range.end, function.body.end};
  for (const std::size_t token : UsesOf(file, behind, variable.name)) {
    if (reader.IsMemberOfAnother(token)) continue;
    VariableUse use = reader.Read(token);
    const std::size_t at = file.tokens()[token].begin;
    for (const FunctionCode& each : structure->outline->functions) {
      const bool within =
          function.whole.begin < each.whole.begin && each.whole.begin <= at && at < each.whole.end;
      if (within) use.kind = Kind::kCaptured;
    }
    uses.push_back(std::move(use));
  }
  return uses;
}

CodeRange BlockAround(const SourceFile& file, std::size_t token) {
  int depth = 0;
  for (std::size_t i = token; i > 0; --i) {
    const std::string_view text = file.tokens()[i - 1].text;
    if (text == "}") ++depth;
    if (text != "{" || depth-- > 0) continue;
    const std::size_t close = ClosingToken(file, i - 1);
    const bool closes = close < file.tokens().size();
    return {file.tokens()[i - 1].end, closes ? file.tokens()[close].begin : file.text().size()};
  }
  return {0, file.text().size()};
}

bool SoundsLikeOwning(std::string_view function) {
  // They take a handle or a buffer, and leave it to their caller.
  static const std::set<std::string_view> kHarmless = {"send",    "sendto", "sendmsg",   "sendfile",
                                                       "setvbuf", "setbuf", "push_heap", "FD_SET"};
  static const std::set<std::string_view> kOwning = {
      "free",     "delete",  "destroy",  "release", "close",  "dispose",   "take",   "own",
      "owned",    "adopt",   "add",      "push",    "insert", "append",    "store",  "register",
      "set",      "attach",  "enqueue",  "post",    "submit", "send",      "keep",   "save",
      "put",      "reset",   "unique",   "shared",  "handle", "consume",   "assign", "install",
      "track",    "give",    "transfer", "move",    "fdopen", "fdopendir", "swap",   "defer",
      "schedule", "publish", "recycle",  "cleanup", "drop",   "pass",      "hand"};
  if (kHarmless.contains(function)) return false;
  std::string word;
  for (std::size_t i = 0; i <= function.size(); ++i) {
    const auto at = [function](std::size_t index) {
      return index < function.size() ? static_cast<unsigned char>(function[index]) : '_';
    };
    const int c = at(i);
    const bool begins = std::isupper(c) && (std::islower(at(i - 1)) || std::islower(at(i + 1)));
    if (c == '_' || begins) {
      if (kOwning.contains(word)) return true;
      word.clear();
    }
    if (c != '_') word += static_cast<char>(std::tolower(c));
  }
  return false;
}

}  // namespace memprof
