// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_GROUP_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_GROUP_H_

#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// What a container is, as far as its type's name tells.
enum class ContainerGroup {
  kNone,
  kSequence,  ///< vector, deque, list, queue, an array …
  kKeyed,     ///< a key and a value: map, unordered_map, flat_hash_map …
  kSet,
  kString,
};

/// By the last name of the template: standard, Boost, Abseil, Folly and other libraries name theirs
/// alike. A heuristic: an own "RoadMap" looks like a map, so it must have template arguments.
ContainerGroup GroupOfContainer(std::string_view type);

/// "int" and "std::vector<A>" of "std::map<int, std::vector<A>>".
std::vector<std::string> TemplateArguments(std::string_view type);

/// The type without `const`, references, pointers and smart pointers around it.
std::string WithoutPointers(std::string_view type);
/// Whether it is a pointer or smart pointer.
bool IsPointerType(std::string_view type);

/// What the container keeps: of a keyed one the value. Empty when the name does not tell.
std::string ElementOf(std::string_view type);

/// "std::function<void ()>", a pointer to a function, a closure, a bound call, or the same of
/// other libraries.
bool IsCallableType(std::string_view type);
/// It, or a pair or tuple with one.
bool HasCallable(std::string_view type);
/// "closure at app.cc:12", a lambda, or what std::bind gives: an object made at one place in code.
bool IsClosureType(std::string_view type);

/// A number's or byte's type, or an array of it as blocks are named: "float[]", "unsigned char".
bool IsArithmeticArray(std::string_view type);

/// A std::thread, future or what a library keeps for one.
bool IsThreadType(std::string_view type);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_CONTAINER_GROUP_H_
