// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_BLOCK_TYPE_NAME_H_
#define MEMPROF_RUNNER_ANALYZE_BLOCK_TYPE_NAME_H_

#include <string>
#include <string_view>

namespace memprof {

// What the names of types tell, as the compiler spells them. Heuristics on text, which know
// libstdc++, libc++'s shared pointers, and Boost's.

/// The type for people: short, closures as "closure at chat.cc:31", and instead of the control
/// block that std::make_shared puts an object into, the object's own type.
std::string ReadableTypeName(std::string_view name);

/// Whether it is a closure: its name is "lambda at chat.cc:31", after its scope.
bool IsClosureName(std::string_view name);

/// Whether it is the block that counts the owners of a shared object.
bool IsControlBlockName(std::string_view name);

/// Whether it is a control block with the object itself in it.
bool HoldsSharedObject(std::string_view name);

/// Whether it is a node of a list, tree or hash table of the standard library, or what such nodes
/// derive from.
bool IsLibraryNodeName(std::string_view name);

/// Whether it is the standard library's room for a value that is made later: its TypeInfo has the
/// value's type as `target`.
bool IsAlignedBufferName(std::string_view name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_BLOCK_TYPE_NAME_H_
