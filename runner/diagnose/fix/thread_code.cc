// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/thread_code.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/diagnose/fix/expression.h"

namespace memprof {
namespace {

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

ThreadCode FunctionNamed(std::string_view name, const Sources& sources) {
  ThreadCode found;
  found.name = name;
  for (const auto& [path, file] : sources.files()) {
    for (const FunctionCode& function : FunctionsOf(file)) {
      const std::size_t colon = function.name.rfind("::");
      if (function.name.substr(colon == std::string::npos ? 0 : colon + 2) != name) continue;
      if (found.file != nullptr) return {std::string(name), nullptr, {}};  // which one?
      found.file = &file;
      found.body = function.body;
    }
  }
  return found;
}

/// A closure has no name to quote.
std::string Quoted(const ThreadCode& code) {
  return code.name == "the closure" ? code.name : "`" + code.name + "`";
}

class Reader {
 public:
  explicit Reader(const Sources& sources) : sources_(sources) {}

  ThreadEnd Read(const ThreadCode& code, int depth) {
    ThreadEnd end;
    if (code.file == nullptr) {
      end.why = code.name.empty() ? "what the thread runs is not clear from the text"
                                  : fmt::format("the code of `{}` was not found", code.name);
      return end;
    }
    for (std::size_t i = TokenAt(*code.file, code.body.begin);
         i < code.file->tokens().size() && code.file->tokens()[i].begin < code.body.end; ++i) {
      ReadWait(code, i, &end);
      if (!end.loops_for_ever) ReadToken(code, i, depth, &end);
    }
    end.is_sure = end.why.empty();
    return end;
  }

 private:
  void ReadWait(const ThreadCode& code, std::size_t at, ThreadEnd* end) {
    const SourceFile& file = *code.file;
    const std::string_view word = TokenText(file, at);
    if (!IsOneOf(word, {"wait", "wait_for", "wait_until"}) || at < 2 || !end->waits_for.empty() ||
        TokenText(file, at + 1) != "(" || !IsQualified(file, at)) {
      return;
    }
    const std::size_t begin = PostfixBegin(file, at);
    end->waits_for = file.Text({file.tokens()[begin].begin, file.tokens()[at - 1].begin});
    if (end->why.empty()) {
      end->why = fmt::format("{} waits on `{}`, and a join would wait with it", Quoted(code),
                             end->waits_for);
    }
  }

  void ReadToken(const ThreadCode& code, std::size_t at, int depth, ThreadEnd* end) {
    const SourceFile& file = *code.file;
    const std::string_view word = TokenText(file, at);
    if (word == "while" || word == "for" || word == "do" || word == "goto") {
      ReadLoop(code, at, end);
      return;
    }
    if (!IsWord(file.tokens()[at]) || TokenText(file, at + 1) != "(" || !end->why.empty()) return;
    if (IsOneOf(word, {"if", "switch", "return", "sizeof", "catch", "constexpr", "decltype"})) {
      return;
    }
    if (IsDeclaredName(file, at)) return;
    if (IsOneOf(word, {"get", "join", "lock", "acquire", "accept", "recv", "read", "poll", "select",
                       "epoll_wait", "getline", "pop", "take", "sem_wait", "pause"})) {
      end->why = fmt::format("{} calls `{}`, which may wait for ever", Quoted(code), word);
      return;
    }
    const std::size_t begin = PostfixBegin(file, at);
    if (TokenText(file, begin) == "std") return;
    const ThreadCode called = FunctionNamed(word, sources_);
    if (called.file == nullptr) {
      if (!IsStandardMethod(word)) {
        end->why = fmt::format("{} calls `{}`, whose code was not found", Quoted(code), word);
      }
      return;
    }
    if (called.file == code.file && called.body == code.body) {
      end->why = fmt::format("{} calls itself", Quoted(code));
      return;
    }
    *end = depth > 4 ? ThreadEnd{} : Read(called, depth + 1);
    if (depth > 4) end->why = fmt::format("{} calls too deep to be followed", Quoted(code));
  }

  static bool IsStandardMethod(std::string_view word) {
    return IsOneOf(word,
                   {"push_back", "emplace_back", "size",       "empty",     "front",  "back",
                    "store",     "load",         "fetch_add",  "count",     "insert", "emplace",
                    "append",    "clear",        "reserve",    "resize",    "begin",  "end",
                    "unlock",    "notify_all",   "notify_one", "set_value", "erase",  "find"});
  }

  static void ReadLoop(const ThreadCode& code, std::size_t at, ThreadEnd* end) {
    const SourceFile& file = *code.file;
    const std::string_view word = TokenText(file, at);
    if (word == "for") {
      const std::size_t close = ClosingToken(file, at + 1);
      if (close >= file.tokens().size()) return;
      const CodeRange head = {file.tokens()[at + 1].end, file.tokens()[close].begin};
      const std::vector<CodeRange> parts = PartsOf(file, head, ';');
      // Over a range, or up to a limit: such loops end.
      if (parts.size() != 3 || file.Text(parts[1]).find_first_of("<>") != std::string::npos) return;
    }
    const std::size_t close = ClosingToken(file, at + 1);
    const bool has_head = word != "do" && close < file.tokens().size();
    const CodeRange head =
        has_head ? CodeRange{file.tokens()[at + 1].end, file.tokens()[close].begin} : CodeRange{};
    const std::string condition(file.Text(Trimmed(file, head)));
    const bool endless = word == "for" || condition == "true" || condition == "1";
    if (endless) {
      const CodeRange rest = {file.tokens()[at].begin, code.body.end};
      end->loops_for_ever = !HasOwn(file, rest, "return") && !HasOwn(file, rest, "break") &&
                            !HasOwn(file, rest, "throw") && !HasOwn(file, rest, "goto");
    } else if (word == "while") {
      end->loop_condition = condition;
    }
    end->why = end->loops_for_ever
                   ? fmt::format(
                         "{} loops for ever and nothing tells it to stop, so a join "
                         "would hang",
                         Quoted(code))
               : end->loop_condition.empty()
                   ? fmt::format("{} has a loop that may not end, and a join would wait for it",
                                 Quoted(code))
                   : fmt::format("{} goes on while `{}`, so a join would wait until that ends",
                                 Quoted(code), end->loop_condition);
  }

  /// Within a closure, "return" leaves the closure alone.
  static bool HasOwn(const SourceFile& file, CodeRange range, std::string_view word) {
    const std::vector<std::size_t> uses = UsesOf(file, range, word);
    return std::any_of(uses.begin(), uses.end(), [&](std::size_t each) {
      return !IsInClosure(file, range, file.tokens()[each].begin);
    });
  }

  const Sources& sources_;
};

}  // namespace

ThreadCode CodeOf(const SourceFile& file, CodeRange arguments, const Sources& sources) {
  const std::vector<CodeRange> parts = PartsOf(file, arguments, ',');
  if (parts.empty()) return {};
  const std::size_t first = TokenAt(file, parts.front().begin);
  if (TokenText(file, first) == "[") {
    std::size_t at = ClosingToken(file, first) + 1;
    if (TokenText(file, at) == "(") at = ClosingToken(file, at) + 1;
    while (at < file.tokens().size() && file.tokens()[at].begin < arguments.end &&
           TokenText(file, at) != "{") {
      ++at;
    }
    const std::size_t close = at < file.tokens().size() ? ClosingToken(file, at) : at;
    if (close >= file.tokens().size() || TokenText(file, at) != "{") return {};
    return {"the closure", &file, {file.tokens()[at].end, file.tokens()[close].begin}};
  }
  // "Work", "&Work", "&Prefetcher::Work"
  std::string name;
  for (std::size_t i = first;
       i < file.tokens().size() && file.tokens()[i].begin < parts.front().end; ++i) {
    const std::string_view text = TokenText(file, i);
    if (IsWord(file.tokens()[i])) {
      name = text;
    } else if (text != "&" && text != "::") {
      return {};
    }
  }
  return name.empty() ? ThreadCode() : FunctionNamed(name, sources);
}

ThreadEnd EndOf(const ThreadCode& code, const Sources& sources) {
  return Reader(sources).Read(code, 0);
}

}  // namespace memprof
