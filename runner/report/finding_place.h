// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_FINDING_PLACE_H_
#define MEMPROF_RUNNER_REPORT_FINDING_PLACE_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runner/report/report.h"

namespace memprof {

/// A line of the repository.
struct SourcePlace {
  /// What stands on the line. All but kSite are stand-ins, which a reader must be told.
  enum class Of {
    kSite,    ///< the finding itself
    kCaller,  ///< the innermost call below the source root; the finding lies outside it
    kTest,    ///< `TEST` of a test that shows it
    kSuite,   ///< `TEST` of the first test of its suite
    kRun,     ///< `TEST` of the first test of the run
  };

  std::string file;  ///< below the source root, `/` separators, no `.` and `..`
  int line = 1;      ///< at least 1
  Of of = Of::kSite;
};

/// A clause that says what stands at a stand-in's line: "shown at a test that has it, …"; empty
/// for kSite.
const char* WhyThere(SourcePlace::Of of);

/// Whether a path of a report names a file below the source root.
bool IsBelowRoot(std::string_view file);

/// Where a pull request can show findings: readers of SARIF, annotations and Code Quality drop, or
/// refuse, what has no line in the repository.
class FindingPlaces {
 public:
  /// `report` must outlive this.
  explicit FindingPlaces(const Report& report);

  /// Empty only where no test of the report has a line either.
  std::optional<SourcePlace> Of(const Finding& finding) const;
  /// The `TEST` line; empty where it is not known, or lies outside the root.
  std::optional<SourcePlace> OfTest(const std::string& full_name) const;
  /// That of the first test which has one.
  std::optional<SourcePlace> OfRun() const;

 private:
  std::optional<SourcePlace> OfSuite(std::string_view scope_label) const;

  const Report& report_;
  std::unordered_map<std::string, const TestReport*> tests_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_FINDING_PLACE_H_
