// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_TRACE_HEAP_OBSERVER_H_
#define MEMPROF_TESTS_UNIT_TRACE_HEAP_OBSERVER_H_

#include <stdint.h>

#include <string>

namespace memprof {

/// The stacks that the trace kept, against libgcc's at the same calls.
struct ComparedStacks {
  uint64_t compared;
  uint64_t different;
  uint64_t cut;         ///< of those compared, deeper than the limit
  uint64_t incomplete;  ///< of those compared, marked as not whole
  uint64_t most_frames;
  std::string first;  ///< the first different one, ours beside libgcc's
};

/// From now on each allocation of the process is looked at twice: by the trace, through the hooks
/// that are part of the program, and by libgcc's unwinder within the allocator that the hooks
/// forward to. The two are compared when the same thread allocates again.
void ObserveHeap();

ComparedStacks StacksComparedSoFar();

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_TRACE_HEAP_OBSERVER_H_
