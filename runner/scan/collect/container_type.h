// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_TYPE_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_TYPE_H_

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace memprof::scan {

/// A type's text without `const`, `volatile`, references, pointers and blanks around it.
std::string_view Bare(std::string_view type);

/// "std::vector" of "const std::vector<int> &".
std::string_view TemplateName(std::string_view type);

/// The last part of a qualified name: "vector".
std::string_view LastPart(std::string_view name);

/// "int" and "std::less<int>" of "std::set<int, std::less<int>>".
std::vector<std::string_view> TemplateArguments(std::string_view type);

/// Parameter `number` of a function's type, "void (std::vector<int> &, int)"; empty: it has fewer.
std::string_view ParameterOf(std::string_view signature, std::size_t number);

bool IsPointerOrReference(std::string_view type);
/// A reference or pointer through which nothing can be changed.
bool IsToConst(std::string_view type);
bool IsIterator(std::string_view type);
bool IsSmartPointer(std::string_view type);

/// What is in smart pointers, std::optional, std::atomic, references, pointers and the like.
std::string_view Unwrapped(std::string_view type);

/// Whether it holds any number of values and so can grow: of the standard library by name, of
/// others where the name ends like one (QList, absl::flat_hash_map). A heuristic: a class with a
/// name of its own ("Ledger") is not known by it.
bool IsContainer(std::string_view type);
bool IsStandardContainer(std::string_view type);
bool IsText(std::string_view type);
/// A map or set of any kind.
bool IsKeyed(std::string_view type);
/// A map of any kind.
bool HasValues(std::string_view type);
/// An array of containers: its own size is fixed.
bool IsFixedArray(std::string_view type);

/// Whether an alias of this type can lead to a container: one, an iterator, a pair of a map, or
/// what is not known within a template.
bool MayLeadToContainer(std::string_view type);

/// Keys of which there are few: bool, characters, types, and enumerators. `is_class` tells whether
/// the name is a class of the code: what else has a name of its own is taken for an enumeration.
bool HasFewKeys(std::string_view type, const std::function<bool(std::string_view)>& is_class);

/// What it holds: of maps the value, without smart pointers.
std::string_view ElementOf(std::string_view type);

/// Whether elements are callables, threads or futures, which other rules look after.
bool HoldsCallablesOrThreads(std::string_view type);

/// A vector of bytes or reals, an array of its own, or a class with a name that says so (Image,
/// Tensor). A heuristic.
bool IsBuffer(std::string_view type);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_CONTAINER_TYPE_H_
