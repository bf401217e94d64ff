// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_BLOCK_SHAPE_H_
#define MEMPROF_RUNNER_ANALYZE_BLOCK_SHAPE_H_

#include "runner/parse/record_file.h"
#include "runner/report/profile.h"

namespace memprof {

/// Sizes, lifetimes and reallocs of the blocks of one stack.
BlockShape ShapeOf(const record::Site& site);

/// Adds what other calls made: sums, and of the longest chain and the largest block the greater.
void Add(const BlockShape& added, BlockShape* to);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_BLOCK_SHAPE_H_
