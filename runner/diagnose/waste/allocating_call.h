// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_ALLOCATING_CALL_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_ALLOCATING_CALL_H_

#include <cstddef>

#include "runner/base/frame.h"

namespace memprof {

/// What the user's line calls, that allocates, by the names of the library's functions on the
/// stack. Names of libstdc++ and of libc++ are known.
enum class AllocatingCall {
  kDirect,         ///< the line itself: new, malloc, realloc
  kObject,         ///< make_unique, make_shared, or a node of a list, map or hash table
  kConcatenation,  ///< operator+ of strings
  kPushBack,       ///< a vector or string grows for one element more
  kAppend,         ///< a vector or string grows for any number of elements more
  kRehash,         ///< a hash table grows its buckets
  kReserve,        ///< the user says how much
  kStandard,       ///< another allocation of a container, string or function object
  kForeign,        ///< within a library that hides what it allocates: streams, regex, GoogleTest
};

/// `reported` as by ReportedStack; `user` is the position of the user's frame in it. A heuristic on
/// names: where the compiler left out the frames between, the call counts as kDirect.
AllocatingCall AllocatingCallOf(const Stack& reported, std::size_t user);

/// Whether it is a string's.
bool IsString(const Stack& reported, std::size_t user);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_ALLOCATING_CALL_H_
