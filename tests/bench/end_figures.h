// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_END_FIGURES_H_
#define MEMPROF_TESTS_BENCH_END_FIGURES_H_

namespace memprof::bench {

/// Has the GoogleTest program that it is linked to append a line of numbers to the file
/// BENCH_FIGURES at the end of each iteration, and one at the program's end:
///
///     resident set in KiB, peak of it in KiB, microseconds
///
/// GoogleTest calls listeners in the reverse order at an end, and memprof's is the last of them: so
/// its work is done when the line is written. The microseconds are those of all listeners for this
/// end, that is memprof's.
///
/// The call puts it among the listeners; a program does so while it is initialised.
bool AppendEndFigures();

/// The number in an environment variable; `otherwise` where there is none.
long FromEnvironment(const char* name, long otherwise);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_END_FIGURES_H_
