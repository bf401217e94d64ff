// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TYPE_NAME_H_
#define MEMPROF_RUNNER_ANALYZE_TYPE_NAME_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace memprof {

/// A demangled type as its author would write it: `std::map<int, Result>` for the name with
/// comparator and allocator spelt out, `std::string` for `std::__cxx11::basic_string<char, …>`,
/// closures as `lambda#1` or by their place as `closure at cache.cc:12`, unnamed namespaces left
/// out, `const` behind what it qualifies whoever spelt it. A block of `std::make_shared` is
/// `Session (with its shared_ptr counts)`, counts of their own are `control block of
/// std::shared_ptr<Session>`. It exists because such names are what reports are read by, and what
/// fingerprints are made of: demanglers, GCC and Clang spell one type in three ways.
///
/// A heuristic on text: trailing template arguments that are the library's defaults (allocators,
/// less, hash, equal_to, deleters, lock policies, `std::__detail`) are dropped even if written by
/// hand. A name with unbalanced brackets is returned as far as it can be read.
std::string ShortTypeName(std::string_view demangled);

/// The index after the bracket that closes the one at `open` (`<`, `(`, `{` or `[`), or the size
/// of the text when none does. Knows that the `>` of `->` and of operators closes nothing.
std::size_t AfterBracket(std::string_view text, std::size_t open);

/// The index after an operator's name that begins at `at` with the word `operator`: symbols,
/// `new[]`, or a conversion's type. `at` itself when the word is not there.
std::size_t AfterOperatorName(std::string_view text, std::size_t at);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TYPE_NAME_H_
