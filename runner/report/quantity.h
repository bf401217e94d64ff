// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_QUANTITY_H_
#define MEMPROF_RUNNER_REPORT_QUANTITY_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace memprof {

/// Bytes for people, in powers of 1024: "33 B", "2 KiB", "17.2 KiB", "-4 MiB". One decimal unless
/// the figure is exact without.
std::string HumanBytes(std::int64_t bytes);

/// "1,234".
std::string HumanCount(std::int64_t count);

/// "1 test", "1,234 tests"; `plural` is for nouns that do not simply take an s.
std::string Counted(std::int64_t count, std::string_view noun, std::string_view plural = "");

/// Nanoseconds for people: "850 ns", "1.2 ms", "3.4 s", "2 min 5 s".
std::string HumanDuration(std::int64_t nanoseconds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_QUANTITY_H_
