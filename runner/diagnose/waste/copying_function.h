// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_COPYING_FUNCTION_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_COPYING_FUNCTION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runner/base/frame.h"

namespace memprof {

/// A demangled function or type without template arguments, unnamed namespaces and ABI tags.
std::string WithoutArguments(std::string_view text);

/// Whether a function is a copy constructor or a copy assignment. `function` is demangled, with its
/// parameters and with or without template arguments:
///
///     std::vector<int, std::allocator<int> >::vector(std::vector<int, std::allocator<int> >
///     const&) app::Frame::operator=(app::Frame const&) std::string::_M_construct<char*>(…) all
///     that libstdc++.so shows of a string's copy
bool CopiesItsClass(std::string_view function);

/// The class of such a function without template arguments and namespaces, "vector"; "string" of a
/// basic_string; empty when the function is none.
std::string CopiedClass(std::string_view function);

/// The outermost frame of a stack that copies an object, between the allocator and the caller that
/// asked for the copy. A container that grows copies its elements too, which is no copy that a
/// caller asked for: then there is none.
std::optional<std::size_t> OutermostCopy(const Stack& stack);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_COPYING_FUNCTION_H_
