// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_SURROUNDED_STATEMENT_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_SURROUNDED_STATEMENT_H_

#include <string>
#include <vector>

#include "runner/diagnose/fix/token_walk.h"
#include "runner/source/source_edit.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Puts lines directly before and behind a statement, in the file's own indentation and kind of
/// newline. A statement that shares its line with others, or with the braces of its block, gets a
/// line of its own; the body of a control statement without braces gets them.
void Surround(SourceEdit* edit, const SourceFile& file, const StatementTokens& statement,
              const std::vector<std::string>& before, const std::vector<std::string>& behind);

/// One step of the file's indentation: a tab, or its least number of blanks.
std::string IndentStep(const SourceFile& file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_SURROUNDED_STATEMENT_H_
