// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_USES_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_USES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/diagnose/pattern/held_shape.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What one mention of a container in code does to it.
enum class UseKind {
  kOther,
  kInsert,    ///< push_back, insert, `map[key] =`, `+=` …
  kLookup,    ///< find, count, contains, at …
  kTry,       ///< try_emplace, insert, emplace: look up and insert in one
  kIndex,     ///< `map[key]`, which inserts when the key is new
  kIndexAdd,  ///< `map[key].push_back(x)`, `++map[key]`: adds to what is there
  kRemove,    ///< erase, pop_front, clear, `= {}` …
  kLoop,      ///< `for (x : container)`
};

struct ContainerUse {
  UseKind kind = UseKind::kOther;
  std::string method;     ///< "emplace"; empty where there is none
  std::size_t token = 0;  ///< of its name
  std::size_t after = 0;  ///< the token behind the call or the index
  int line = 0;
};

/// Uses of the container within `range`, in their order. By names alone: another variable of the
/// same name in that range is taken for it.
std::vector<ContainerUse> UsesOfContainer(const SourceFile& file, CodeRange range,
                                          const HeldShape& shape);

/// The same for a function's body, and of references that it makes to the container: `auto& memo =
/// Widths();`.
std::vector<ContainerUse> UsesInFunction(const SourceFile& file, const FunctionCode& function,
                                         const HeldShape& shape);

/// Whether the loop that `use` is in calls each element, or a function of it: `listener(event)`,
/// `observer->Update()`, `entry.callback(entry.context)`. Gives what it calls as written.
struct LoopCall {
  std::string called;       ///< "listener", "observer->Update"
  std::string method;       ///< "Update"; empty when the element itself is called
  bool by_pointer = false;  ///< through `->`
  int line = 0;
};
std::vector<LoopCall> CallsInLoop(const SourceFile& file, const ContainerUse& use);

/// Text of a token; empty behind the last one.
std::string_view TextAt(const SourceFile& file, std::size_t index);

/// "gallery.cc:22".
std::string PlaceText(const SourceFile& file, int line);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_USES_H_
