// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROFILE_TYPES_H_
#define MEMPROF_RUNNER_EXECUTE_PROFILE_TYPES_H_

#include "runner/analyze/trace_profile.h"
#include "runner/execute/source_paths.h"
#include "runner/parse/record_file.h"
#include "runner/symbols/program_symbols.h"

namespace memprof {

/// How ProgramSymbols reads the program of a record: its files from where the process began, its
/// sources where `paths`, which must outlive what is made with it, finds them.
ProgramSymbols::Options SymbolOptions(const RecordFile& record, const SourcePaths& paths);

/// What the blocks of a record's stacks hold, by the stacks alone: for processes of which there is
/// no heap snapshot. Debug information is read when a type is first asked for. `record` and `paths`
/// must outlive what is returned.
ProfileTypes TypesByStacks(const RecordFile& record, const SourcePaths& paths);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROFILE_TYPES_H_
