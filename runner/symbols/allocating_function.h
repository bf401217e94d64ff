// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_ALLOCATING_FUNCTION_H_
#define MEMPROF_RUNNER_SYMBOLS_ALLOCATING_FUNCTION_H_

#include <string>
#include <string_view>

namespace memprof {

/// What a function on an allocation's stack tells of the block's type by its name alone.
struct AllocatingFunction {
  enum class Tells {
    kNothing,
    kPassesOn,  ///< `malloc`, `operator new`, `Pool::Allocate`: its caller knows the type
    /// The first template argument of the function's class, as of `std::allocator<T>::allocate`.
    kClassArgument,
    kFunctionArgument,  ///< of the function itself, as of `std::make_unique<T>`
    kName,              ///< `type` alone: `strdup`
  };
  Tells tells = Tells::kNothing;
  /// The type as the name spells it, for where no debug information has the argument. May be empty.
  std::string type;
  bool is_array = false;  ///< of `type`; how many cannot be known
};

/// Reads a demangled function name, with or without return type and parameters, of libstdc++ and
/// libc++, of the C library, or of any class template called an allocator. It exists because a
/// container's block has its type in the name of the allocator that made it, inlined or not.
///
/// A heuristic on names: an allocator's block is taken for an array of its value type unless that
/// is a container's node or a shared pointer's counts.
AllocatingFunction ReadAllocatingFunction(std::string_view demangled);

/// Whether blocks of an allocator for this type hold one of it: nodes and reference counts.
bool IsSingleBlockType(std::string_view type);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_ALLOCATING_FUNCTION_H_
