// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_HELD_TEXT_H_
#define MEMPROF_TESTS_SYSTEM_HELD_TEXT_H_

#include <string>

namespace memprof {

/// From a report as text, what each finding says under "held by", "cycle" and "weaken", below the
/// names of its tests or its scope. Sorted, for findings are by size, and without the figures that
/// depend on how many runs there were.
std::string HeldText(const std::string& report);

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_HELD_TEXT_H_
