// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PLAIN_TEXT_H_
#define MEMPROF_RUNNER_REPORT_PLAIN_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace memprof {

// Names and messages come from test programs and may hold any bytes. These make them fit to print.

/// One character of UTF-8 text.
struct Utf8Char {
  char32_t code = 0;      ///< U+FFFD where the bytes are not UTF-8
  std::size_t bytes = 1;  ///< bytes consumed, at least 1
};

/// Decodes the character at the start of `text`, which must not be empty. Overlong forms,
/// surrogates and codes over U+10FFFF are not UTF-8.
Utf8Char DecodeUtf8(std::string_view text);

/// Appends `code` to `out` as UTF-8.
void AppendUtf8(char32_t code, std::string* out);

/// `text` with each byte that is not UTF-8 replaced by U+FFFD.
std::string RepairUtf8(std::string_view text);

/// `text` without ANSI escapes: CSI sequences (colours, cursor), OSC strings (titles, links) and
/// two-byte escapes.
std::string StripAnsi(std::string_view text);

/// `text` as one printable line: repaired, without escapes, line ends and control characters
/// turned into single spaces, trimmed.
std::string OneLine(std::string_view text);

/// Lines of `text`, each as OneLine() has it but with its indentation kept. None for empty text.
std::vector<std::string> PlainLines(std::string_view text);

/// Columns on a terminal: code points, so wide and combining characters are off by one each.
std::size_t DisplayWidth(std::string_view text);

/// `text` cut to `columns` columns, its end replaced by "…" where it was longer.
std::string Shortened(std::string_view text, std::size_t columns);

/// Breaks `text` at spaces into lines of at most `columns` columns. A longer word (a path, a
/// template name) has a line of its own and is not cut. At least one line.
std::vector<std::string> Wrapped(std::string_view text, std::size_t columns);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PLAIN_TEXT_H_
