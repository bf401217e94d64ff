// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_SUPPRESSIONS_H_
#define MEMPROF_RUNNER_COMPARE_SUPPRESSIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// One line of a suppressions file: `kind:pattern [key=value …]`, LeakSanitizer's syntax with more
/// kinds and with attributes. Lines that begin with '#' and empty ones are comments.
///
///     leak:libfoo.so
///     fd:OpenLog                    max_count=2  reason="one log each for A and B"
///     growth:EventBus::Subscribe    max_bytes=4KiB expires=2027-03-01 reason="#4711"
///
/// The pattern is looked for in the function, file and module of each frame, as LeakSanitizer does:
/// anywhere in it, `*` for anything, `^` and `$` for its begin and end. It is looked for in the
/// holder's symbol too, and 8 digits or more are held against the begin of the fingerprint.
struct Suppression {
  std::string file;
  int line = 0;
  std::string text;
  std::string kind;  ///< leak (lost and growing memory, as LSan's), growth, fd, thread, mapping,
                     ///< peak, retention, optimization, risk (of the scan), any
  std::string pattern;
  std::optional<std::int64_t> max_count;  ///< blocks, descriptors, threads a run
  std::optional<std::int64_t> max_bytes;  ///< a run
  std::string expires;                    ///< "2027-03-01": from that day on it has no effect
  std::string reason;
  /// Set by a test's own Keeps, for memory that it leaks, lets grow or keeps once: its full name.
  /// `max_bytes` is then for all such findings of the test together, the worst first.
  std::string test = {};
};

/// Errors name file and line, and say what is allowed there.
Result<std::vector<Suppression>> ParseSuppressions(std::string_view text, const std::string& file);

/// What the report's tests declare that they keep on purpose, a suppression a test. Without those
/// that the report has told of already: it was merged from others.
std::vector<Suppression> KeepsOf(const Report& report);

/// Takes suppressed findings out of the report, and tells what each suppression did in
/// `report->suppressions` and the summary. `today`: "2026-11-20". `partial`: the run leaves tests
/// out, so that what matched nothing is not yet stale; nor is it after a crash or where something
/// was not measured. Where several match, the first one counts that allows as much. Pure.
void Suppress(const std::vector<Suppression>& suppressions, const std::string& today,
              Report* report, bool partial = false);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_SUPPRESSIONS_H_
