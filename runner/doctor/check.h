// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_CHECK_H_
#define MEMPROF_RUNNER_DOCTOR_CHECK_H_

#include <string>
#include <vector>

namespace memprof {

enum class CheckState {
  kOk,
  kLimited,  ///< it works, and not in all that memprof could use
  kMissing,  ///< it does not work here
};

/// What one thing that memprof depends on is worth on this machine, or in one program.
struct Check {
  std::string id;     ///< stable, for programs: "ptrace", "valgrind.massif"
  std::string title;  ///< for people
  CheckState state = CheckState::kOk;
  bool essential = false;  ///< without it nothing can be measured
  std::string seen = {};   ///< what was tried, and what came of it
  std::string loses = {};  ///< what memprof cannot measure then; empty when all is well
  std::vector<std::string> cures = {};  ///< what to do, each by itself: commands mostly
};

/// All that `memprof doctor` found.
struct Checkup {
  std::string program;  ///< as it was named; empty: the machine alone
  std::vector<Check> checks;

  /// Whether tests can be measured, be it with less than there could be.
  bool Works() const {
    for (const Check& check : checks) {
      if (check.essential && check.state == CheckState::kMissing) return false;
    }
    return true;
  }
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_CHECK_H_
