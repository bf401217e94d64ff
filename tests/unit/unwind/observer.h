// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_UNWIND_OBSERVER_H_
#define MEMPROF_TESTS_UNIT_UNWIND_OBSERVER_H_

#include <stdint.h>

#include <string>

namespace memprof {

/// What was seen by the calls of Observe since BeginObserving.
struct Observed {
  int stacks;
  int incomplete;
  int cut;
  int most_frames;
  int hits;           ///< of the memo
  int wrong_hits;     ///< those whose stack was another than a walk's
  int differences;    ///< stacks that were others than libgcc's unwinder's
  std::string first;  ///< the first of them, both side by side
};

/// Forgets what was seen. With `allocations`, each `operator new` until EndObserving is observed
/// as well.
void BeginObserving(bool allocations = true);
Observed EndObserving();

/// Walks the stack from its caller with libgcc's unwinder, with ours and through a memo (of the
/// thread that began observing), and compares. May be called in a signal handler.
void Observe();

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_UNWIND_OBSERVER_H_
