// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/plain_text.h"

namespace memprof {

std::string MarkdownText(std::string_view text, std::size_t columns) {
  std::string markdown;
  for (const char c : Shortened(OneLine(text), columns)) {
    switch (c) {
      case '<':
        markdown += "&lt;";
        break;
      case '>':
        markdown += "&gt;";
        break;
      case '&':
        markdown += "&amp;";
        break;
      // A backslash does not keep these two from making links.
      case '@':
        markdown += "&#64;";
        break;
      case '#':
        markdown += "&#35;";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '~':
      case '[':
      case ']':
      case '|':
      case '$':
        markdown += '\\';
        markdown += c;
        break;
      default:
        markdown += c;
    }
  }
  return markdown;
}

std::string MarkdownHtml(std::string_view text, std::size_t columns) {
  std::string html;
  for (const char c : Shortened(OneLine(text), columns)) {
    const bool plain = std::string_view("<>&\"'@#").find(c) == std::string_view::npos;
    html += plain ? std::string(1, c) : fmt::format("&#{};", static_cast<int>(c));
  }
  return html;
}

std::string MarkdownFence(std::string_view code, std::string_view language) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : code) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  std::string text = fmt::format("{}{}\n", fence, language);
  for (const std::string& line : PlainLines(code)) text += line + "\n";
  return text + fence + "\n";
}

}  // namespace memprof
