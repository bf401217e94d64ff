// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JAVA_FRAME_H_
#define MEMPROF_RUNNER_REPORT_JAVA_FRAME_H_

#include <string>

namespace memprof {

/// One frame as a line of a Java stack trace, "at src.core.::alma::make(w.cpp:42)" with its line
/// end, because that is the form in which readers of JUnit look for places to annotate. Empty
/// where file or line is unknown.
///
/// dorny/test-reporter takes the dotted parts before the first that starts with a capital (any
/// character up to 'Z') for directories. A C++ name that starts with a small letter is therefore
/// written from the global namespace on, "::alma::make", and without its parameters. Heuristic:
/// directories with dots or capitals in their names are not found by it.
std::string JavaFrame(const std::string& function, const std::string& file, int line);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JAVA_FRAME_H_
