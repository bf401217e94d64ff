// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SCAN_READING_H_
#define MEMPROF_RUNNER_EXECUTE_SCAN_READING_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "runner/execute/progress.h"
#include "runner/scan/clang/unit_parser.h"
#include "runner/scan/collect/acquire_table.h"
#include "runner/scan/scan_facts.h"
#include "runner/scan/static_risk.h"

namespace memprof {

/// A unit that could not be read, or not wholly.
struct UnreadUnit {
  std::string file;
  std::string why;          ///< the compiler's first error
  bool is_partial = false;  ///< what was understood is among the facts
};

/// What reading the units gave. Where the user interrupted it is what was read by then.
struct ScanReading {
  scan::ScanFacts facts;
  std::set<std::string> files;    ///< whose code was seen, absolute
  std::set<std::string> members;  ///< qualified names of the fields of classes
  std::vector<UnreadUnit> unread;
  int units = 0;  ///< that were tried
  /// What clang's static analyzer tells of them; the same place may be there several times.
  std::vector<scan::StaticRisk> analyzer_risks;
  int analyzed = 0;                      ///< units
  std::vector<UnreadUnit> not_analyzed;  ///< and why; without those that the interrupt left out
  std::string no_analyzer;               ///< why there is none
  double seconds = 0;
  bool interrupted = false;
};

/// How units are read.
struct ReadingPlan {
  int jobs = 1;
  const scan::AcquireTable* acquires = &scan::KnownAcquires();
  /// Whether clang's static analyzer looks at the unit too, by its file; null: at none.
  std::function<bool(const std::string&)> analyzes;
};

/// Reads the units with that many threads. Each is dropped as soon as its facts are taken: one may
/// take hundreds of MB. The result does not depend on which thread is done first.
ScanReading ReadUnits(const std::vector<scan::UnitToParse>& units, const ReadingPlan& plan,
                      Progress* progress);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SCAN_READING_H_
