/* SPDX-FileCopyrightText: The memprof authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_TRACKER_H_
#define MEMPROF_TRACKER_H_

#include <stddef.h>
#include <stdint.h>

/// What libmemprof.so offers to the author of a test, as a table of C functions: memprof/gtest.h is
/// C++ on top of it. A program finds the table by name when it runs, so that it neither links to
/// the library nor needs it. No function fails or throws, and none changes errno.
#ifdef __cplusplus
extern "C" {
#endif

#define MEMPROF_TRACKER_VERSION 1

enum memprof_threads { MEMPROF_THIS_THREAD = 0, MEMPROF_ALL_THREADS = 1 };

/// What happened since a scope began. Bytes are the allocator's sizes (malloc_usable_size), or in a
/// full trace the requested ones.
struct memprof_usage {
  int is_measured;  ///< 0: the heap is not counted here, and the rest means nothing
  uint64_t allocations;
  uint64_t allocated_bytes;
  int64_t kept_blocks;  ///< allocated less freed; negative where more was freed
  int64_t kept_bytes;
  int64_t peak_bytes;  ///< the most that was live at once above what was there at the begin
};

/// The state of one measurement, in the caller's memory. Scopes of one thread nest.
struct memprof_scope {
  uint64_t opaque[16];
};

enum memprof_limit {
  MEMPROF_LIMIT_PEAK_BYTES = 0,
  MEMPROF_LIMIT_KEPT_BYTES = 1,
  MEMPROF_LIMIT_ALLOCATIONS = 2
};

/// Asks a gauge: 0 when `*value` was set, else the value is not measured.
typedef int (*memprof_gauge_function)(void* context, int64_t* value);

struct memprof_tracker {
  uint32_t version;

  /// Why the heap is not counted in this process: a clause. Null when it is.
  const char* (*why_not_measured)(void);

  /// `with_stack`: the first allocation of this thread in the scope leaves its stack.
  void (*scope_begin)(struct memprof_scope* scope, enum memprof_threads threads, int with_stack);
  void (*scope_read)(const struct memprof_scope* scope, struct memprof_usage* usage);
  void (*scope_end)(struct memprof_scope* scope);
  /// Writes the stack of the first allocation, a line a frame, as far as it fits; returns how much
  /// there would be. 0 where there is none.
  size_t (*scope_stack)(const struct memprof_scope* scope, char* text, size_t size);

  /// What this thread allocates in between is the author's own affair: no finding comes of it.
  void (*ignore_begin)(void);
  void (*ignore_end)(void);

  /// For the test that runs now. Of several limits of one kind the lowest counts.
  void (*limit)(enum memprof_limit kind, int64_t value, const char* file, int line);
  /// The test that runs now keeps up to `bytes` a run, and means to.
  void (*keeps)(int64_t bytes, const char* why, const char* file, int line);

  /// Returns a number for gauge_remove. The function is called on the thread that runs the tests,
  /// at the boundaries of tests and iterations.
  uint32_t (*gauge_add)(const char* name, memprof_gauge_function function, void* context);
  void (*gauge_remove)(uint32_t number);

  /// `handle` is one more object of the kind, until it is released. Acquired twice, it must be
  /// released twice. Null is no object.
  void (*acquire)(const char* kind, const void* handle);
  void (*release)(const char* kind, const void* handle);
};

/// Null for a version that this library does not know, and where the environment says MEMPROF=off.
const struct memprof_tracker* memprof_tracker_of(uint32_t version);

#ifdef __cplusplus
}
#endif

#endif  // MEMPROF_TRACKER_H_
