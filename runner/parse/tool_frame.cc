// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/tool_frame.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == kNone) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes `:digits` off the end of `text`; returns -1 and leaves it alone when there is none.
int TakeTrailingNumber(std::string_view& text) {
  const auto colon = text.rfind(':');
  if (colon == kNone || colon + 1 == text.size()) return -1;
  const std::string_view digits = text.substr(colon + 1);
  if (!std::all_of(digits.begin(), digits.end(), IsDigit)) return -1;
  int number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc()) return -1;
  text = text.substr(0, colon);
  return number;
}

/// Takes `+0x1f` off the end of `text`; nothing and untouched when there is none. An offset that
/// no address can have is 0.
std::optional<std::uint64_t> TakeTrailingOffset(std::string_view& text) {
  const auto plus = text.rfind("+0x");
  if (plus == kNone || plus + 3 == text.size()) return std::nullopt;
  const std::string_view digits = text.substr(plus + 3);
  if (!std::all_of(digits.begin(), digits.end(), IsHexDigit)) return std::nullopt;
  std::uint64_t offset = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), offset, 16);
  text = text.substr(0, plus);
  return parsed.ec == std::errc() ? offset : 0;
}

/// Where the parenthesised location at the end of `text` opens. An absolute path is preferred,
/// because a directory's own name may hold " (" as well.
std::size_t LocationParenthesis(std::string_view text, std::string_view absolute_opening) {
  const auto absolute = text.rfind(absolute_opening);
  if (absolute != kNone) return absolute + 1;
  if (text.starts_with(absolute_opening.substr(1))) return 0;
  const auto any = text.rfind(" (");
  if (any != kNone) return any + 1;
  return text.starts_with('(') ? 0 : kNone;
}

/// Where the path begins in `function path`. Clang names local types "(lambda at /src/t.cc:5:3)",
/// hence the count of parentheses.
std::size_t PathAfterFunction(std::string_view text) {
  int depth = 0;
  std::size_t last_space = kNone;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != ' ' || depth > 0) continue;
    last_space = i;
    if (i + 1 < text.size() && text[i + 1] == '/') break;
  }
  return last_space;
}

void SetFunction(std::string_view text, Frame& frame) {
  text = Trim(text);
  TakeTrailingOffset(text);
  if (text != "??" && text != "???") frame.function = text;
}

void SetFile(std::string_view text, Frame& frame) {
  const int last = TakeTrailingNumber(text);
  const int before = last < 0 ? -1 : TakeTrailingNumber(text);
  if (text == "??") return;
  frame.file = text;
  frame.line = before >= 0 ? before : std::max(last, 0);
}

}  // namespace

std::optional<Frame> ParseSanitizerFrame(std::string_view line) {
  std::string_view rest = Trim(line);
  if (!rest.starts_with('#')) return std::nullopt;
  const auto number_end = rest.find_first_not_of("0123456789", 1);
  if (number_end == 1 || number_end == kNone || rest[number_end] != ' ') return std::nullopt;
  rest = Trim(rest.substr(number_end));
  if (!rest.starts_with("0x")) return std::nullopt;
  const auto address_end = std::min(rest.find(' '), rest.size());
  rest = Trim(rest.substr(address_end));

  Frame frame;
  const bool named = rest.starts_with("in ");
  if (named) rest = Trim(rest.substr(3));
  if (const auto build_id = rest.rfind(" (BuildId: "); build_id != kNone && rest.ends_with(')')) {
    rest = Trim(rest.substr(0, build_id));
  }
  if (rest.ends_with(')')) {
    const auto open = LocationParenthesis(rest, " (/");
    if (open != kNone) {
      std::string_view module = rest.substr(open + 1, rest.size() - open - 2);
      const std::optional<std::uint64_t> offset = TakeTrailingOffset(module);
      if (offset || module == "<unknown module>") {
        if (offset) frame.module = module;
        frame.module_offset = offset.value_or(0);
        if (named) SetFunction(rest.substr(0, open), frame);
        return frame;
      }
    }
  }
  if (!named) return frame;
  const auto space = PathAfterFunction(rest);
  // A text cut inside the function name has no path yet: "bool f(int" or "f(int) const".
  const bool has_path = space != kNone && rest.find_first_of("/.?", space) != kNone;
  SetFunction(has_path ? rest.substr(0, space) : rest, frame);
  if (has_path) SetFile(rest.substr(space + 1), frame);
  return frame;
}

Frame ParseValgrindFrame(std::string_view text) {
  Frame frame;
  text = Trim(text);
  if (text.ends_with(')')) {
    const auto in_module = text.rfind(" (in ");
    if (in_module != kNone) {
      frame.module = text.substr(in_module + 5, text.size() - in_module - 6);
      SetFunction(text.substr(0, in_module), frame);
      return frame;
    }
    const auto open = LocationParenthesis(text, " (/");
    if (open != kNone && open > 0) {
      std::string_view file = text.substr(open + 1, text.size() - open - 2);
      const int number = TakeTrailingNumber(file);
      if (number >= 0) {
        frame.file = file;
        frame.line = number;
        SetFunction(text.substr(0, open), frame);
        return frame;
      }
    }
  }
  SetFunction(text, frame);
  return frame;
}

}  // namespace memprof
