// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_CYCLE_STEPS_H_
#define MEMPROF_RUNNER_ANALYZE_CYCLE_STEPS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/analyze/lost_graph.h"
#include "runner/analyze/site_retention.h"

namespace memprof {

/// Tells one circle of owners: `circle` are numbers of graph.edges(), each from where the last one
/// points to, and the first from the owner. Only objects of the user's types, and closures, are
/// steps; control blocks, nodes and buffers between them are not. Where no type on the circle is
/// known, the places where its blocks were made are the steps. Empty where what is known shows no
/// circle of owners. The counts are left 0.
///
/// What to weaken is a heuristic: a closure's capture before anything else, then what is itself a
/// shared_ptr before a container of them, then the member that points back to the first object.
std::optional<OwnershipCycle> TellCycle(const LostGraph& graph,
                                        std::span<const std::uint32_t> circle, HeapView& view,
                                        MemberPaths& members, ProgramTypes& types);

/// Whether blocks of the type are steps: an object of a class of the user's, or a closure.
bool IsUserObject(const TypedBlock& block, ProgramTypes& types);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_CYCLE_STEPS_H_
