// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/container_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace memprof {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

constexpr std::array<std::string_view, 13> kInserting = {
    "push_back",        "emplace_back", "push_front", "emplace_front", "push",
    "insert_or_assign", "append",       "Append",     "PushBack",      "emplace_after",
    "pushBack",         "push_range",   "prepend"};
constexpr std::array<std::string_view, 4> kTrying = {"try_emplace", "insert", "emplace",
                                                     "emplace_hint"};
constexpr std::array<std::string_view, 9> kLooking = {
    "find", "count", "contains", "at", "lower_bound", "equal_range", "Find", "Contains", "value"};
constexpr std::array<std::string_view, 12> kRemoving = {
    "erase",     "pop_back", "pop_front", "pop",  "clear",  "remove",
    "remove_if", "extract",  "resize",    "swap", "shrink", "erase_after"};
constexpr std::array<std::string_view, 5> kRemovingFunctions = {"erase_if", "erase", "exchange",
                                                                "swap", "remove_if"};

class UseReader {
 public:
  UseReader(const SourceFile& file, const HeldShape& shape) : file_(file), shape_(shape) {}

  ContainerUse Read(std::size_t token, bool is_accessor) const {
    ContainerUse use;
    use.token = token;
    use.line = file_.tokens()[token].line;
    std::size_t next = token + 1;
    use.after = next;
    if (is_accessor) {
      if (Text(next) != "(") return use;
      next = ClosingToken(file_, next) + 1;
    }
    const bool indexed = Text(next) == "[";
    if (indexed) next = ClosingToken(file_, next) + 1;
    use.after = next;
    if (Text(next) == "." || Text(next) == "->") {
      use.method = std::string(Text(next + 1));
      if (Text(next + 2) == "(") use.after = ClosingToken(file_, next + 2) + 1;
      use.kind = indexed && IsKeyed() ? InnerKind(use.method) : MethodKind(use.method);
      return use;
    }
    if (indexed) {
      use.kind = IndexKind(token, next);
    } else if (Text(next) == "+" && Text(next + 1) == "=") {
      use.kind = UseKind::kInsert;
    } else if (Text(next) == "=" && Text(next + 1) != "=") {
      // A chain's head takes the new node; a container that is assigned loses what it had.
      use.kind = shape_.body == HeldBody::kOwnNodes ? UseKind::kInsert : UseKind::kRemove;
      if (Text(token - 1) != ";" && Text(token - 1) != "}" && Text(token - 1) != "{" &&
          Text(token - 1) != "->" && Text(token - 1) != "." && Text(token - 1) != ")") {
        use.kind = UseKind::kOther;  // its declaration
      }
    } else if (Text(next) == "<" && Text(next + 1) == "<" && shape_.body == HeldBody::kString) {
      use.kind = UseKind::kInsert;
    } else if (Text(next) == ")" && Text(token - 1) == ":") {
      use.kind = UseKind::kLoop;
    } else if (token >= 2 && Text(token - 1) == "(" &&
               IsOneOf(Text(token - 2), kRemovingFunctions)) {
      use.kind = UseKind::kRemove;
    }
    return use;
  }

 private:
  std::string_view Text(std::size_t index) const { return TextAt(file_, index); }

  bool IsKeyed() const { return shape_.body == HeldBody::kKeyed; }

  UseKind MethodKind(std::string_view method) const {
    if (IsOneOf(method, kInserting)) return UseKind::kInsert;
    if (IsOneOf(method, kTrying)) return UseKind::kTry;
    if (IsOneOf(method, kLooking)) return UseKind::kLookup;
    if (IsOneOf(method, kRemoving)) return UseKind::kRemove;
    return UseKind::kOther;
  }

  UseKind InnerKind(std::string_view method) const {
    const UseKind kind = MethodKind(method);
    if (kind == UseKind::kInsert || kind == UseKind::kTry) return UseKind::kIndexAdd;
    return UseKind::kIndex;
  }

  UseKind IndexKind(std::size_t token, std::size_t next) const {
    const std::string_view after = Text(next);
    const std::string_view behind = Text(next + 1);
    if (after == "=" && behind != "=") return UseKind::kInsert;
    const bool adds =
        (after == "+" || after == "-" || after == "|") && (behind == "=" || behind == after);
    const bool before = Text(token - 1) == "+" && Text(token - 2) == "+";
    if (adds || before) return UseKind::kIndexAdd;
    return UseKind::kIndex;
  }

  const SourceFile& file_;
  const HeldShape& shape_;
};

/// The names that a loop gives its element: `const auto& [id, slot]`, `Observer* o`.
std::set<std::string_view> NamesInLoop(const SourceFile& file, std::size_t open,
                                       std::size_t colon) {
  std::set<std::string_view> names;
  for (std::size_t i = open + 1; i < colon; ++i) {
    if (TextAt(file, i) == "[") {
      for (++i; i < colon && TextAt(file, i) != "]"; ++i) {
        if (IsWord(file.tokens()[i])) names.insert(TextAt(file, i));
      }
      return names;
    }
  }
  if (colon > open + 1) names.insert(TextAt(file, colon - 1));
  return names;
}

}  // namespace

std::string_view TextAt(const SourceFile& file, std::size_t index) {
  return index < file.tokens().size() ? file.tokens()[index].text : std::string_view();
}

std::string PlaceText(const SourceFile& file, int line) {
  const std::size_t slash = file.path().rfind('/');
  return fmt::format(
      "{}:{}", slash == std::string::npos ? file.path() : file.path().substr(slash + 1), line);
}

std::vector<ContainerUse> UsesOfContainer(const SourceFile& file, CodeRange range,
                                          const HeldShape& shape) {
  std::vector<ContainerUse> uses;
  const UseReader reader(file, shape);
  if (!shape.name.empty()) {
    for (const std::size_t token : UsesOf(file, range, shape.name)) {
      uses.push_back(reader.Read(token, false));
    }
  }
  if (!shape.accessor.empty()) {
    for (const std::size_t token : UsesOf(file, range, shape.accessor)) {
      uses.push_back(reader.Read(token, true));
    }
  }
  std::sort(uses.begin(), uses.end(),
            [](const ContainerUse& a, const ContainerUse& b) { return a.token < b.token; });
  return uses;
}

std::vector<ContainerUse> UsesInFunction(const SourceFile& file, const FunctionCode& function,
                                         const HeldShape& shape) {
  std::vector<ContainerUse> uses = UsesOfContainer(file, function.body, shape);
  for (std::size_t i = 0, count = uses.size(); i < count; ++i) {
    const ContainerUse use = uses[i];
    // An element of a keyed container is not the container.
    const bool whole = use.kind == UseKind::kOther ||
                       (use.kind == UseKind::kIndex && shape.body != HeldBody::kKeyed);
    if (!whole || TextAt(file, use.after) != ";") continue;
    std::size_t assign = use.token;
    while (assign > 0 && TextAt(file, assign) != "=" && TextAt(file, assign) != ";" &&
           TextAt(file, assign) != "{") {
      --assign;
    }
    if (assign < 2 || TextAt(file, assign) != "=" || TextAt(file, assign - 2) != "&") continue;
    HeldShape alias = shape;
    alias.name = std::string(TextAt(file, assign - 1));
    alias.accessor.clear();
    const CodeRange rest = {file.tokens()[use.token].end, function.body.end};
    for (const ContainerUse& each : UsesOfContainer(file, rest, alias)) uses.push_back(each);
  }
  std::sort(uses.begin(), uses.end(),
            [](const ContainerUse& a, const ContainerUse& b) { return a.token < b.token; });
  return uses;
}

std::vector<LoopCall> CallsInLoop(const SourceFile& file, const ContainerUse& use) {
  std::vector<LoopCall> calls;
  if (use.kind != UseKind::kLoop) return calls;
  std::size_t colon = use.token;
  std::size_t open = use.token;
  while (open > 0 && TextAt(file, open) != "for") {
    --open;
    if (TextAt(file, open) == ":") colon = open;
    if (TextAt(file, open) == ";" || TextAt(file, open) == "{") return calls;
  }
  const std::set<std::string_view> names = NamesInLoop(file, open + 1, colon);
  const std::size_t close = ClosingToken(file, open + 1);
  std::size_t end = close + 1;
  if (TextAt(file, end) == "{") {
    end = ClosingToken(file, end);
  } else {
    while (end < file.tokens().size() && TextAt(file, end) != ";") ++end;
  }
  for (std::size_t i = close + 1; i < end; ++i) {
    if (!names.contains(TextAt(file, i))) continue;
    const std::string_view before = TextAt(file, i - 1);
    if (before == "." || before == "->") continue;
    const int line = file.tokens()[i].line;
    const std::string name(TextAt(file, i));
    const std::string_view next = TextAt(file, i + 1);
    if (next == "(") {
      calls.push_back({name, "", before == "*", line});
    } else if (next == ")" && before == "*" && TextAt(file, i + 2) == "(") {
      calls.push_back({name, "", true, line});
    } else if ((next == "." || next == "->") && TextAt(file, i + 3) == "(") {
      const std::string method(TextAt(file, i + 2));
      calls.push_back({name + std::string(next) + method, method, next == "->", line});
    }
  }
  return calls;
}

}  // namespace memprof
