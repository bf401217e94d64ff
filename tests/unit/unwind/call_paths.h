// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_UNWIND_CALL_PATHS_H_
#define MEMPROF_TESTS_UNIT_UNWIND_CALL_PATHS_H_

#include <vector>

namespace memprof {

/// A way in which code comes to call another function.
struct CallPath {
  const char* name;
  void (*run)(void (*leaf)());
};

// The same ways, compiled with the options that each is named for.
const std::vector<CallPath>& PathsAtO0();
const std::vector<CallPath>& PathsAtO2();
const std::vector<CallPath>& PathsWithFramePointers();
const std::vector<CallPath>& PathsWithRealignedStacks();

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_UNWIND_CALL_PATHS_H_
