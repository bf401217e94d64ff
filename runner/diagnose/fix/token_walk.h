// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_TOKEN_WALK_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_TOKEN_WALK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/expression.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Source text of the tokens [first, last], line breaks and runs of blanks made one blank.
std::string CodeOf(const SourceFile& file, std::size_t first, std::size_t last);
/// Whether a token `word` is anywhere in the file.
bool HasWord(const SourceFile& file, std::string_view word);
/// `wanted`, or with a number behind it when the file has that word already, so that the new name
/// hides none.
std::string FreeName(const SourceFile& file, const std::string& wanted);
/// The words of a name as in a type's name: "RequestRecords" of "request_records_", "m_" and "g_"
/// left out.
std::string CamelCase(std::string_view name);

/// The statement around a token, as tokens: an `if`'s condition belongs to it, the heads of
/// control statements that it is the body of do not.
struct StatementTokens {
  std::size_t first = 0;
  std::size_t last = 0;     ///< its `;`, or the `)` of the head that `token` is in
  bool is_head = false;     ///< `token` is within the parentheses of an `if` or `switch`
  bool is_body = false;     ///< of a control statement, without braces
  std::size_t control = 0;  ///< first token of that control statement
};
/// Nothing where the token is in no statement of its own: in a loop's head, behind `do`, in an
/// initializer list.
std::optional<StatementTokens> StatementAround(const SourceFile& file, std::size_t token);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_TOKEN_WALK_H_
