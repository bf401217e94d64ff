// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_SOURCE_TOKENS_H_
#define MEMPROF_RUNNER_SOURCE_SOURCE_TOKENS_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace memprof {

/// A word, a number, or one character of punctuation in C or C++ source; `::` and `->` are one
/// token each, `>>` is two, so that template arguments close singly. A string or character literal
/// is a token without text.
struct SourceToken {
  std::string_view text;
  int line = 0;           ///< from 1
  int column = 0;         ///< from 1, in bytes
  std::size_t begin = 0;  ///< offset of its first byte in the source …
  std::size_t end = 0;    ///< … and behind its last, of a literal too
};

/// The tokens of `source`, without comments and preprocessor lines. Each views into `source`.
/// Macros and trigraphs are not looked at.
std::vector<SourceToken> TokensOf(std::string_view source);

/// Whether the token is an identifier, a keyword or a number.
bool IsWord(const SourceToken& token);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_SOURCE_TOKENS_H_
