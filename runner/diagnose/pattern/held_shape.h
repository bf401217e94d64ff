// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_HELD_SHAPE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_HELD_SHAPE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "runner/report/report.h"

namespace memprof {

/// What grows, by the holder's type and the types on the way to the memory.
enum class HeldBody {
  kUnknown,
  kSequence,
  kKeyed,
  kSet,
  kString,
  kOwnNodes,  ///< the user's own nodes that chain into a bare pointer
  kOwnTable,  ///< … into an array of bare pointers
};

/// How a finding's memory is held.
struct HeldShape {
  HeldBody body = HeldBody::kUnknown;
  std::string container;  ///< type of what grows: "std::map<int, Thumbnail>"; or empty
  std::string element;    ///< type that it keeps, without pointers around it; or empty
  bool by_pointer = false;
  bool borrows = false;  ///< by a plain or weak pointer
  /// The variable or member that is the container, as its code calls it: "thumbnails_". Empty when
  /// nothing names it.
  std::string name;
  /// The function that returns it, when the container itself is a static within one: "Factories".
  std::string accessor;
  /// Index into the retention path of the first closure that is a block of its own.
  std::optional<std::size_t> closure;
  /// Bytes of a block of the last step: what the finding's call made.
  std::int64_t block_bytes = 0;
  bool held_by_static = false;  ///< a global, a static or a thread-local variable
};

/// By the finding alone. Where no heap snapshot tells the holder, by the library's frames between
/// the user's call and the allocator ("std::deque<Record>::push_back"): then `name` is empty.
HeldShape ShapeOf(const Finding& finding);

/// "a sequence", "a container with keys" …
const char* BodyText(HeldBody body);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_HELD_SHAPE_H_
