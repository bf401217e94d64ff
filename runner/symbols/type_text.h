// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_TYPE_TEXT_H_
#define MEMPROF_RUNNER_SYMBOLS_TYPE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runner/source/source_tokens.h"

namespace memprof {

/// A type as source code names it.
struct TypeText {
  std::string text;     ///< with single blanks, without `const`, `struct`, `typename`
  std::size_t end = 0;  ///< the index of the token behind it
};

/// The type whose name begins with token `at`: a qualified name with its template arguments or
/// built-in words, with the `*` behind it. A heuristic: every name is taken for a type's. Nothing
/// where no name can stand, and for keywords of expressions and `decltype`.
std::optional<TypeText> TypeAt(const std::vector<SourceToken>& tokens, std::size_t at);

/// The index after the bracket that closes the one at `open` (`(`, `[`, `{` or `<`); the number of
/// tokens when none does.
std::size_t AfterBracket(const std::vector<SourceToken>& tokens, std::size_t open);

/// The index of the bracket that opens the one closed at `close` (`)` or `>`); 0 when none does.
std::size_t BeforeBracket(const std::vector<SourceToken>& tokens, std::size_t close);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_TYPE_TEXT_H_
