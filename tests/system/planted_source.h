// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_PLANTED_SOURCE_H_
#define MEMPROF_TESTS_SYSTEM_PLANTED_SOURCE_H_

#include <random>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// A leak that was put into somebody else's test: one line of code.
struct PlantedLeak {
  std::string file;  ///< its name alone
  int line = 0;      ///< in the planted source
  FindingKind kind = FindingKind::kMemoryLeak;
  std::string code;
};

/// A test program's main source file, into whose tests leaks are put.
class PlantedSource {
 public:
  /// `name`: of the file, without directories.
  PlantedSource(std::string name, const std::string& text);

  /// Lines before which a statement can stand, at the outermost level of a test's body, so that
  /// each run of the test comes past unless it ends early.
  std::size_t places() const { return places_.size(); }

  /// Plants `kinds.size()` leaks at different places that `random` chooses, in the order of lines.
  /// Asks for no more than places().
  std::vector<PlantedLeak> Plant(std::vector<FindingKind> kinds, std::mt19937* random);

  /// With what was planted.
  std::string text() const;

 private:
  std::string name_;
  std::vector<std::string> lines_;
  std::vector<std::size_t> places_;  // indices into lines_
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_PLANTED_SOURCE_H_
