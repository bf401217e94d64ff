// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_RECORD_AUTHORED_H_
#define MEMPROF_RUNNER_PARSE_RECORD_AUTHORED_H_

#include <cstdint>

#include "runner/parse/record_cursor.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Whether records of the type tell what a test's author says: authored_format.h.
constexpr bool IsAuthoredType(std::uint16_t type) {
  return type >= record::kGauge && type <= record::kKeeps;
}

/// Adds such a record to what was read so far: gauges and pair functions to the file, all else to
/// the run of a test, or the iteration, that is open. False, with nothing added, when the payload
/// does not fit what came before it.
bool AddAuthored(std::uint16_t type, RecordCursor payload, RecordFile* file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_RECORD_AUTHORED_H_
