// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_OWNER_TABLE_H_
#define MEMPROF_RUNNER_ANALYZE_OWNER_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Who owned what a window saw, by number: the tests that ran, then their suites, then the program,
/// then nobody, who has what was made within IgnoreScopes.
class OwnerTable {
 public:
  struct Owner {
    Scope scope = Scope::kTest;
    std::string name;  ///< "Suite.Name", the suite's name, or empty for the program and nobody
  };

  /// `record` must have a trace.
  explicit OwnerTable(const RecordFile& record);

  const std::vector<Owner>& owners() const { return owners_; }
  std::size_t size() const { return owners_.size(); }
  std::size_t program() const { return owners_.size() - 2; }
  std::size_t nobody() const { return owners_.size() - 1; }

  /// The owner of what was made in a window, by its index in the trace.
  std::size_t OfWindow(std::uint32_t window) const { return of_window_[window]; }
  /// Of a test that ran, by its index in the record.
  std::size_t OfTest(std::uint32_t test) const { return of_test_[test]; }
  /// Of a suite; the program where there is none of that name.
  std::size_t OfSuite(const std::string& name) const;

 private:
  std::vector<Owner> owners_;
  std::vector<std::size_t> of_test_;
  std::vector<std::size_t> of_window_;
  std::unordered_map<std::string, std::size_t> of_suite_;
};

/// The finished iterations of a record as the columns of a series.
class IterationColumns {
 public:
  explicit IterationColumns(const RecordFile& record);

  std::size_t count() const { return iterations_.size(); }
  /// The first finished iteration from `iteration` on, where what changed then shows; count() when
  /// there is none.
  std::size_t Of(std::uint32_t iteration) const;

 private:
  std::vector<std::uint32_t> iterations_;  ///< rising
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_OWNER_TABLE_H_
