// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PROGRAMS_PAIRS_CALLS_H_
#define MEMPROF_TESTS_PROGRAMS_PAIRS_CALLS_H_

/// One way of calling pairs_library. Each leaves `kept` figures behind with each run, and throws a
/// std::logic_error where the library answers otherwise than it does without the tracker.
struct PairedCall {
  const char* name;
  int kept;
  void (*run)();
};

extern const PairedCall kPairedCalls[];
extern const int kPairedCallCount;

#endif  // MEMPROF_TESTS_PROGRAMS_PAIRS_CALLS_H_
