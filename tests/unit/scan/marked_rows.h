// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SCAN_MARKED_ROWS_H_
#define MEMPROF_TESTS_UNIT_SCAN_MARKED_ROWS_H_

#include <vector>

#include "runner/report/report.h"

namespace memprof::scan {

/// A piece of code; lines that end in `// RISK` have one.
struct MarkedRow {
  const char* name;
  const char* code;
};

/// All rows are one unit, each a namespace of its own: parsing the library's headers is what takes
/// time. Expects risks of the pattern at the marks and nowhere else.
void ExpectRisksAtMarks(Pattern pattern, const std::vector<MarkedRow>& rows);

}  // namespace memprof::scan

#endif  // MEMPROF_TESTS_UNIT_SCAN_MARKED_ROWS_H_
