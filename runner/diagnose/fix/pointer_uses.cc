// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/pointer_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "runner/diagnose/fix/token_walk.h"

namespace memprof {
namespace {

constexpr int kMaxDepth = 3;  // calls that are looked into

/// The callee's name and the index of the argument that the token is.
struct CallArgument {
  std::string_view callee;
  std::size_t index = 0;
};

CallArgument ArgumentOf(const SourceFile& file, std::size_t token) {
  CallArgument argument;
  for (std::size_t i = token; i-- > 0;) {
    const std::string_view text = TokenText(file, i);
    if (text == ")" || text == "]" || text == "}") {
      i = OpeningToken(file, i);
      if (i >= file.tokens().size()) return {};
    } else if (text == ",") {
      ++argument.index;
    } else if (text == "(") {
      if (i > 0 && IsWord(file.tokens()[i - 1])) argument.callee = TokenText(file, i - 1);
      return argument;
    } else if (text == "{" || text == "[" || text == ";") {
      return {};
    }
  }
  return {};
}

std::string ParameterName(const SourceFile& file, const FunctionCode& function, std::size_t index) {
  std::size_t at = 0;
  std::string name;
  for (std::size_t i = TokenAt(file, function.parameters.begin);
       i < file.tokens().size() && file.tokens()[i].begin < function.parameters.end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (text == ",") {
      if (at++ == index) return name;
      name.clear();
    } else if (IsWord(file.tokens()[i])) {
      name = text;
    }
  }
  return at == index ? name : std::string();
}

/// "figure" of "figure_create"; names in camel case have no such prefix.
std::string_view LibraryPrefix(std::string_view create) {
  const std::size_t end = create.find('_');
  return end == std::string_view::npos ? std::string_view() : create.substr(0, end + 1);
}

/// Names of functions that give what they get another owner.
bool SoundsLikeKeeping(std::string_view callee) {
  static constexpr std::array<std::string_view, 20> kWords = {
      "add",   "push", "register", "set",     "attach",   "append",  "insert",
      "adopt", "take", "own",      "give",    "submit",   "enqueue", "post",
      "store", "put",  "free",     "destroy", "schedule", "link"};
  std::string lower;
  for (const char c : callee) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return std::any_of(kWords.begin(), kWords.end(), [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

bool OnlyLooks(std::string_view callee) {
  static constexpr std::array<std::string_view, 10> kFunctions = {
      "printf", "fprintf", "snprintf", "strlen", "strcmp",
      "memcpy", "memset",  "memcmp",   "assert", "CHECK"};
  return callee.starts_with("EXPECT_") || callee.starts_with("ASSERT_") ||
         std::find(kFunctions.begin(), kFunctions.end(), callee) != kFunctions.end();
}

class Reader {
 public:
  Reader(std::string_view create, std::string_view release, const Sources& sources)
      : create_(create), release_(release), sources_(sources) {}

  PointerUses Read(const SourceFile& file, CodeRange body, std::size_t from, std::string_view name,
                   int depth) {
    PointerUses uses;
    for (const std::size_t use : UsesOf(file, body, name)) {
      if (use <= from) continue;
      std::string why = See(file, use, depth, &uses);
      if (!why.empty() && uses.escapes.empty()) uses.escapes = std::move(why);
    }
    return uses;
  }

 private:
  std::string See(const SourceFile& file, std::size_t use, int depth, PointerUses* uses) {
    const std::string_view name = TokenText(file, use);
    const std::string_view before = TokenText(file, use - 1);
    const std::string_view behind = TokenText(file, use + 1);
    if (before == "." || before == "->" || before == "::") return {};  // a member of that name
    if (behind == "->" || (behind == "[" && before != "delete" && before != "]")) {
      return before == "&" ? fmt::format("a part of `{}` is referred to", name) : std::string();
    }
    if (before == "return") {
      if (behind == ";") {
        uses->is_returned = true;
        return fmt::format("`{}` is returned, so its owner is elsewhere", name);
      }
      return IsCompared(file, use) ? std::string() : fmt::format("`{}` is returned", name);
    }
    if (before == "delete" || (before == "]" && TokenText(file, use - 3) == "delete")) {
      if (release_ != "delete") return fmt::format("`{}` is deleted", name);
      uses->releases.push_back(use);
      return {};
    }
    if (behind == "=" && TokenText(file, use + 2) != "=") {
      return fmt::format("`{}` is given another value", name);
    }
    if (IsCompared(file, use) || before == "!") return {};
    if (before == "*") {
      // "*x" in an expression reads; "T* x" declares another of that name.
      return IsWord(file.tokens()[use - 2]) && TokenText(file, use - 2) != "return"
                 ? fmt::format("`{}` is declared again", name)
                 : std::string();
    }
    const bool is_argument = (before == "(" || before == ",") && (behind == ")" || behind == ",");
    if (is_argument) return SeeArgument(file, use, depth, uses);
    if (before == "[" || behind == "]") return fmt::format("a closure captures `{}`", name);
    if (before == "=") return fmt::format("`{}` is stored", name);
    return fmt::format("`{}` is used in a way that may keep it", name);
  }

  static bool IsCompared(const SourceFile& file, std::size_t use) {
    const std::string_view next = TokenText(file, use + 1);
    const std::string_view before = TokenText(file, use - 1);
    if (IsPair(file, use + 1, "==") || IsPair(file, use + 1, "!=")) return true;
    if (IsPair(file, use + 1, "&&") || IsPair(file, use + 1, "||") || next == "?") return true;
    return use >= 2 && (before == "=" || before == "&" || before == "|") &&
           (IsPair(file, use - 2, "==") || IsPair(file, use - 2, "!=") ||
            IsPair(file, use - 2, "&&") || IsPair(file, use - 2, "||"));
  }

  std::string SeeArgument(const SourceFile& file, std::size_t use, int depth, PointerUses* uses) {
    const std::string_view name = TokenText(file, use);
    const CallArgument argument = ArgumentOf(file, use);
    if (argument.callee.empty()) return fmt::format("`{}` is put into an object", name);
    if (argument.callee == release_) {
      uses->releases.push_back(use);
      return {};
    }
    if (argument.callee == "if" || argument.callee == "while" || OnlyLooks(argument.callee)) {
      return {};
    }
    for (const auto& [path, other] : sources_.files()) {
      for (const FunctionCode& function : FunctionsOf(other)) {
        const bool is_it = function.name == argument.callee ||
                           function.name.ends_with("::" + std::string(argument.callee));
        if (!is_it) continue;
        if (depth >= kMaxDepth) return fmt::format("`{}` goes through many calls", name);
        const std::string parameter = ParameterName(other, function, argument.index);
        if (parameter.empty()) return fmt::format("`{}` gets `{}`", argument.callee, name);
        const std::size_t begin = TokenAt(other, function.body.begin);
        const PointerUses inner =
            Read(other, function.body, begin == 0 ? 0 : begin - 1, parameter, depth + 1);
        if (!inner.releases.empty()) {
          return fmt::format("`{}` may release `{}`", argument.callee, name);
        }
        return inner.escapes.empty() ? std::string()
                                     : fmt::format("`{}` may keep `{}`", argument.callee, name);
      }
    }
    const std::string_view prefix = LibraryPrefix(create_);
    if (!prefix.empty() && argument.callee.starts_with(prefix) &&
        !SoundsLikeKeeping(argument.callee.substr(prefix.size()))) {
      return {};
    }
    return fmt::format("`{}` gets `{}`, and its code was not read", argument.callee, name);
  }

  std::string_view create_;
  std::string_view release_;
  const Sources& sources_;
};

}  // namespace

PointerUses UsesOfPointer(const SourceFile& file, CodeRange body, std::size_t from,
                          std::string_view name, std::string_view create, std::string_view release,
                          const Sources& sources) {
  return Reader(create, release, sources).Read(file, body, from, name, 0);
}

}  // namespace memprof
