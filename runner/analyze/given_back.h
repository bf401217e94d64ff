// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_GIVEN_BACK_H_
#define MEMPROF_RUNNER_ANALYZE_GIVEN_BACK_H_

#include <cstdint>
#include <vector>

#include "runner/parse/record_file.h"

namespace memprof {

/// For each test of the record, a later test of the same suite whose window gave back what
/// the window of its first run kept, or more; record::kNoTest where there is none. The two belong
/// together, and the first grows only where it is run without the other. A heuristic; a quarter of
/// the amount is allowed for what both do beside it.
std::vector<std::uint32_t> FindGiversBack(const RecordFile& record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_GIVEN_BACK_H_
