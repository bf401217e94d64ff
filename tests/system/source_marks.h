// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_SOURCE_MARKS_H_
#define MEMPROF_TESTS_SYSTEM_SOURCE_MARKS_H_

#include <map>
#include <string>

namespace memprof {

/// The line of a source below the project that holds `text`; 0 when there is none.
int LineOf(const std::string& file, const std::string& text);

/// For each TEST of the source, by its full name, the line behind its head that holds `text`.
std::map<std::string, int> LinesInTests(const std::string& file, const std::string& text);

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_SOURCE_MARKS_H_
