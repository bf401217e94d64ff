// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/plain_text.h"

#include <algorithm>

namespace memprof {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';

bool IsControl(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Length of the escape sequence that starts `text`; `text` starts with ESC.
//
//   ESC [ parameters final      CSI: final is @ to ~
//   ESC ] any… BEL or ESC \     OSC, up to the end of the line where it is never closed
//   ESC intermediates final     the rest: intermediates are space to /
std::size_t EscapeLength(std::string_view text) {
  if (text.size() < 2) return text.size();
  std::size_t i = 2;
  if (text[1] == '[') {
    while (i < text.size() && text[i] >= 0x20 && text[i] < 0x40) ++i;
    return i < text.size() && text[i] >= 0x40 && text[i] < 0x7F ? i + 1 : i;
  }
  if (text[1] == ']') {
    for (; i < text.size() && text[i] != '\n'; ++i) {
      if (text[i] == kBell) return i + 1;
      if (text[i] == kEscape) return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : i;
    }
    return i;
  }
  i = 1;
  while (i < text.size() && text[i] >= 0x20 && text[i] < 0x30) ++i;
  return i < text.size() && text[i] >= 0x30 && text[i] < 0x7F ? i + 1 : i;
}

}  // namespace

Utf8Char DecodeUtf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  char32_t least = 0;
  char32_t code = 0;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2, least = 0x80, code = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3, least = 0x800, code = lead & 0x0Fu;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4, least = 0x10000, code = lead & 0x07u;
  }
  if (length == 0 || text.size() < length) return {kReplacement, 1};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return {kReplacement, 1};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (code < least || code > 0x10FFFF || surrogate) return {kReplacement, 1};
  return {code, length};
}

void AppendUtf8(char32_t code, std::string* out) {
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  }
}

std::string RepairUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Char next = DecodeUtf8(text);
    AppendUtf8(next.code, &out);
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string StripAnsi(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == kEscape) {
      i += EscapeLength(text.substr(i));
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

std::string OneLine(std::string_view text) {
  const std::string stripped = StripAnsi(text);
  std::string_view rest = stripped;
  std::string out;
  while (!rest.empty()) {
    const Utf8Char next = DecodeUtf8(rest);
    rest.remove_prefix(next.bytes);
    if (!IsControl(next.code)) {
      AppendUtf8(next.code, &out);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  const std::size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> PlainLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', tab)) {
      line.replace(tab, 1, "    ");  // code that is indented by tabs must stay indented
    }
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    lines.push_back(std::string(indent, ' ') + OneLine(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (; !text.empty(); ++width) text.remove_prefix(DecodeUtf8(text).bytes);
  return width;
}

std::string Shortened(std::string_view text, std::size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  std::string out;
  for (std::size_t column = 1; column < columns && !text.empty(); ++column) {
    const std::size_t bytes = DecodeUtf8(text).bytes;
    out += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  return out + "…";
}

std::vector<std::string> Wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::size_t width = 0;
  while (!text.empty()) {
    // The spaces before a word belong to it: columns that the writer aligned stay aligned.
    const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string_view word = text.substr(start, end - start);
    const std::size_t word_width = DisplayWidth(word);
    if (word_width == 0) break;
    if (!lines.back().empty() && width + start + word_width > columns) {
      lines.emplace_back(word);
      width = word_width;
    } else {
      lines.back() += text.substr(0, end);
      width += start + word_width;
    }
    text.remove_prefix(end);
  }
  return lines;
}

}  // namespace memprof
