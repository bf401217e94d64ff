// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HTML_HTML_TABLES_H_
#define MEMPROF_RUNNER_REPORT_HTML_HTML_TABLES_H_

#include <nlohmann/json.hpp>

#include "runner/report/report.h"

namespace memprof {

// What the page's table of tests, flame graph and source view are made of, as small as it goes:
// arrays in place of objects, and files by number (null for none). tables.js names the parts.

/// {names, files, binaries, gaps, rows}, a row for each test, with its full name in `names`:
///
///     [file, line, status, verdict, binary, runs, figures, findings, gaps]
///
/// figures: kept bytes, kept blocks, allocations, allocated bytes, peak bytes, descriptors,
/// threads, mapped bytes, nanoseconds: null where it was not measured, one number where it is the
/// same in all runs, else an array of `runs`. findings: indices into FindingOrder(). gaps: [tool,
/// why], of the test or, in `gaps` itself, of the whole run.
nlohmann::ordered_json TestsData(const Report& report);

/// {files, distinct, rows}, a row for each profile, `distinct` those that may be added up:
///
///     [name, tests, runs, frames, sites, other, live bytes, peaks]
///
/// frames: [function, file, line, kind], kind 0 a library's, 1 the user's, 2 what calls tests.
/// sites: [frames, innermost first; figures]; figures, as in `other`: allocated bytes, allocations,
/// temporary bytes, temporaries, kept bytes, kept blocks.
/// peaks: [test, [[frames, bytes, blocks]], other bytes, other blocks].
nlohmann::ordered_json ProfilesData(const Report& report);

/// {file, first_line, lines} of each excerpt.
nlohmann::ordered_json SourcesData(const Report& report);

/// {file, rows} of each file that has figures. A row is LineFigures: [line, allocated bytes,
/// allocations, temporary bytes, kept bytes, kept blocks].
nlohmann::ordered_json LinesData(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HTML_HTML_TABLES_H_
