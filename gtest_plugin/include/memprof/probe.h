/* SPDX-FileCopyrightText: The memprof authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_PROBE_H_
#define MEMPROF_PROBE_H_

#include <stdint.h>

/// The C seam of libmemprof.so: how a test framework's listener tells it where tests begin and
/// end. No C++ type crosses it, so that the listener is compiled against whichever GoogleTest the
/// program uses. Call it from one thread. No function fails: where nothing can be recorded, calls
/// do nothing.
#ifdef __cplusplus
extern "C" {
#endif

/// The version of this header; a library of another version refuses the claim.
#define MEMPROF_PROBE_VERSION 1

enum memprof_outcome { MEMPROF_PASSED = 0, MEMPROF_FAILED = 1, MEMPROF_SKIPPED = 2 };

/// Takes the role of the one that marks boundaries. Returns 1 to the first caller of the process,
/// 0 to all others (a second copy of the listener in a helper library), and 0 to everybody when
/// the environment says `MEMPROF=off`.
int memprof_probe_claim(int probe_version);

/// What GoogleTest knows of one test. Strings may be null; `file` is the TEST's.
struct memprof_test {
  const char* suite;
  const char* name;
  const char* file;
  int line;
  const char* type_parameter;
  const char* value_parameter;
};

/// Before the first test. `tests` are those that will run, and their index is their id below.
/// The array need not outlive the call. `repeat` is 0 when it is not known.
void memprof_probe_program_start(const struct memprof_test* tests, uint32_t count, uint32_t repeat);
void memprof_probe_iteration_start(uint32_t iteration, uint32_t tests_planned);
void memprof_probe_suite_start(const char* suite);
void memprof_probe_test_start(uint32_t id);
/// `results` is how many failures, skip messages and recorded properties GoogleTest holds of this
/// test: their memory was allocated within the test's window and is not the test's.
void memprof_probe_test_end(uint32_t id, enum memprof_outcome outcome, uint32_t results);
/// A limit that a test has set itself (memprof/gtest.h) and not kept.
struct memprof_broken_limit {
  char file[1024]; /* where it was set; empty when that is not known */
  int line;
  char message[512]; /* a sentence: what was measured, and what may be */
};
/// Right after memprof_probe_test_end: 1 and the limit number `index`, from 0 on, of those that the
/// test has broken; 0 when there are no more, and where a driver reads the record: it judges then.
int memprof_probe_broken_limit(uint32_t index, struct memprof_broken_limit* broken);
void memprof_probe_suite_end(const char* suite);
void memprof_probe_iteration_end(uint32_t iteration);
/// After the last test: says on stdout what is certain, unless a driver reads the record.
void memprof_probe_program_end(int passed);

#ifdef __cplusplus
}
#endif

#endif  // MEMPROF_PROBE_H_
