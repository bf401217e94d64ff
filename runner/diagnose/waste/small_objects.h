// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_SMALL_OBJECTS_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_SMALL_OBJECTS_H_

#include <vector>

#include "runner/diagnose/waste/waste_place.h"

namespace memprof {

/// Lines that allocate objects of one size, at most 128 bytes, one by one, `rule.calls` or more:
/// `new`, make_unique, make_shared, nodes of containers. They must be a fourth of all calls of the
/// test, and what malloc adds to them must reach `rule.bytes`. Only calls are claimed: a pool asks
/// for as many bytes, in few blocks.
std::vector<WasteClaim> ClaimSmallObjects(const std::vector<WastePlace>& places,
                                          const WasteEvidence& evidence, const WasteRule& rule);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_SMALL_OBJECTS_H_
