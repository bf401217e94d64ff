// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACE_OWNERS_H_
#define MEMPROF_RUNNER_ANALYZE_TRACE_OWNERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runner/analyze/traced_owner.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// What the analysis asks of a stack, by its index in the trace. Names are costly, so it asks only
/// for stacks of what survives.
struct StackReader {
  std::function<Stack(std::uint32_t)> resolve;
  /// Whether GoogleTest made the block for itself: for results, properties, its own buffers.
  std::function<bool(std::uint32_t)> is_framework_own;
};

/// So many sites of an owner are told one by one: those that rose most in the last half of the
/// iterations, then the largest. The rest comes as one site without a stack, so that sums stay
/// right.
inline constexpr std::size_t kMostSites = 64;

/// Reads out of a full trace what each owner keeps: the tests that ran, in their order, then their
/// suites, then the program. The series are the amounts at the end of each finished iteration, and
/// are measured where the whole process's are; `kept_by_scope` has them for the owner's own scope,
/// and zeros for the others. Time and memory are linear in the trace, and in owners × iterations.
///
/// Descriptors, threads and mapped bytes that grow in the process as a whole and that no hook saw
/// go to the owner whose window kept them, without a stack; see AddUntraced.
///
/// `record` must have a trace.
std::vector<TracedOwner> BuildTracedOwners(const RecordFile& record, const StackReader& stacks);

/// Why the record's blocks cannot be judged by their owners: there is no trace, or not of all
/// blocks. A clause; empty when they can.
std::string WhyUntraced(const RecordFile& record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACE_OWNERS_H_
