// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_FOREIGN_VARIABLE_H_
#define MEMPROF_RUNNER_ANALYZE_FOREIGN_VARIABLE_H_

#include "runner/analyze/program_types.h"

namespace memprof {

/// Whether a variable is not the user's: GoogleTest's, the C or C++ library's, or another one's of
/// the system. By module, names and the file of the declaration; a heuristic that takes variables
/// of a user's own namespace `testing` for GoogleTest's where they have no file.
bool IsForeignVariable(const Variable& variable, ProgramTypes& types);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_FOREIGN_VARIABLE_H_
