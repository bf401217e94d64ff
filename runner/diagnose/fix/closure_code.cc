// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/closure_code.h"

#include <charconv>
#include <string_view>

#include "runner/diagnose/fix/token_walk.h"

namespace memprof {
namespace {

constexpr std::string_view kClosureAt = "closure at ";

bool IsNamed(const std::string& path, std::string_view name) {
  return path == name || path.ends_with("/" + std::string(name));
}

/// Between the `[` and `]`; nothing where a default captures what is not written.
std::optional<std::vector<Capture>> CapturesOf(const SourceFile& file, std::size_t open,
                                               std::size_t close) {
  std::vector<Capture> captures;
  for (std::size_t first = open + 1; first < close;) {
    std::size_t end = first;
    while (end < close && TokenText(file, end) != ",") {
      const std::string_view text = TokenText(file, end);
      if (text == "(" || text == "{" || text == "[") end = ClosingToken(file, end);
      ++end;
    }
    if (end > close || end == first) return std::nullopt;
    Capture capture;
    capture.first = first;
    capture.last = end - 1;
    std::size_t name = first;
    if (TokenText(file, name) == "&") {
      capture.by_reference = true;
      ++name;
    }
    if (name >= end || !IsWord(file.tokens()[name])) return std::nullopt;
    capture.name = TokenText(file, name);
    capture.value = TokenText(file, name + 1) == "=" && name + 2 < end
                        ? CodeOf(file, name + 2, end - 1)
                        : capture.name;
    captures.push_back(capture);
    first = end + 1;
  }
  return captures;
}

std::optional<ClosureCode> ClosureAt(const SourceFile& file, int line) {
  std::optional<ClosureCode> found;
  for (std::size_t i = 1; i < file.tokens().size(); ++i) {
    if (file.tokens()[i].line != line || TokenText(file, i) != "[") continue;
    const std::string_view before = TokenText(file, i - 1);
    const bool is_index = before == "]" || before == ")" || before == "[" ||
                          (IsWord(file.tokens()[i - 1]) && before != "return");
    const std::size_t close = ClosingToken(file, i);
    std::size_t body = close + 1;
    if (TokenText(file, body) == "(") body = ClosingToken(file, body) + 1;
    while (body < file.tokens().size() && TokenText(file, body) != "{" &&
           TokenText(file, body) != ";" && TokenText(file, body) != ")") {
      ++body;  // mutable, noexcept, -> type
    }
    if (is_index || TokenText(file, body) != "{") continue;
    if (found) return std::nullopt;
    auto captures = CapturesOf(file, i, close);
    const std::size_t end = ClosingToken(file, body);
    if (!captures || captures->empty() || end >= file.tokens().size()) return std::nullopt;
    found.emplace();
    found->file = &file;
    found->open = i;
    found->captures = std::move(*captures);
    found->body = {file.tokens()[body].end, file.tokens()[end].begin};
    found->whole = RangeOf(file, i, end);
    found->function = FunctionAt(file, line);
  }
  return found;
}

}  // namespace

std::optional<ClosureCode> ClosureOf(const Finding& finding, const Sources& sources) {
  for (std::size_t i = 0; i < finding.retention_path.size(); ++i) {
    const std::string_view type = finding.retention_path[i].type;
    const std::size_t colon = type.rfind(':');
    if (!type.starts_with(kClosureAt) || colon == std::string_view::npos) continue;
    const std::string_view name = type.substr(kClosureAt.size(), colon - kClosureAt.size());
    int line = 0;
    std::from_chars(type.data() + colon + 1, type.data() + type.size(), line);
    std::optional<ClosureCode> closure;
    for (const auto& [path, file] : sources.files()) {
      if (!IsNamed(path, name)) continue;
      if (closure) return std::nullopt;
      closure = ClosureAt(file, line);
    }
    if (!closure) return std::nullopt;
    if (i + 1 < finding.retention_path.size()) {
      const std::string& what = finding.retention_path[i + 1].what;
      closure->held_capture = what.substr(0, what.find_first_of(".["));
    }
    return closure;
  }
  return std::nullopt;
}

}  // namespace memprof
