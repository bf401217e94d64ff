// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_DUMP_H_
#define MEMPROF_RUNNER_REPORT_DUMP_H_

#include <optional>
#include <string>

#include "runner/parse/record_sequence.h"

namespace memprof {

// `memprof dump`: a record as JSON Lines, for people and scripts that want to see what was written
// and not what we make of it. Nothing is converted but how it looks: numbers of stacks, windows and
// origins are the file's own, addresses are strings ("0x7f00"), because a double cannot hold them,
// enumerators are their names, and what was not measured is null. A heap snapshot's file is printed
// the same way; its blocks stand in their order, so that the first is the block that others call 0.

/// The file's header as the first line, with the schema_version of the lines that follow.
std::string DumpHeader(const record::FileHeader& header);

/// One record as a line, with its line end: {"sequence": …, "type": "test_end", …}. Of a type that
/// we do not know, the number and the length. None when the payload is too short for its type.
std::optional<std::string> DumpRecord(const RawRecord& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_DUMP_H_
