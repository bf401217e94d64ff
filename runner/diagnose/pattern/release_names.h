// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASE_NAMES_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace memprof {

/// The function that gives back what `function` of a well-known library obtained: "freeaddrinfo"
/// for "getaddrinfo". Empty when the table does not have it.
std::string_view KnownReleaseOf(std::string_view function);

/// Names that a release function may have, for an acquiring one by its verb, in its own spelling:
/// "figure_destroy", "figure_free" … for "figure_create"; "CloseSession" for "OpenSession". Empty
/// when the name has no such verb.
std::vector<std::string> ReleaseNamesFor(std::string_view function);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_RELEASE_NAMES_H_
