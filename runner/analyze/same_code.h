// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SAME_CODE_H_
#define MEMPROF_RUNNER_ANALYZE_SAME_CODE_H_

#include <cstdint>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// For each stack of the trace the first one of the same calls. A plug-in that is unloaded and
/// loaded again has other addresses, or the same in another epoch, and so other stacks; what it
/// takes a thousand times would be a thousand sites of one block each.
std::vector<std::uint32_t> FirstOfSameCode(const RecordedTrace& trace);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SAME_CODE_H_
