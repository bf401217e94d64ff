// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_CONTAINER_TYPE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_CONTAINER_TYPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/source_file.h"

namespace memprof {

enum class ContainerKind {
  kVector,
  kDeque,
  kList,
  kQueue,
  kOrdered,    ///< map, set and their multi forms
  kUnordered,  ///< unordered_map, unordered_set and their multi forms
  kString,
  kOther,  ///< one that no code is written for: a stack, a stream, the user's own
};

/// A standard container as its type is written.
struct ContainerType {
  ContainerKind kind = ContainerKind::kOther;
  bool is_map = false;  ///< entries are key and value
  bool is_multi = false;
  std::vector<std::string> arguments;  ///< of the template
  /// What one entry is written as: "Tensor", or the value of a map.
  std::string Element() const;
};

/// Of "std::deque<gateway::RequestRecord>", "const std::map<int, T>&", "std::string". kOther for
/// what is no standard container.
ContainerType ContainerTypeOf(std::string_view type);

/// Bytes of a value of the type on 64-bit Linux with libstdc++: of built-in types, pointers, common
/// standard types, and classes of `file` that have only such members. A heuristic, nothing where it
/// does not know one of them.
std::optional<std::int64_t> SizeOfType(std::string_view type, const SourceFile& file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_CONTAINER_TYPE_H_
