// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRIAGE_CONTEXT_H_
#define MEMPROF_RUNNER_EXECUTE_TRIAGE_CONTEXT_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/execute/profile_set.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/extension.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// How one test did in the screen, to compare its reruns with.
struct ScreenOutcome {
  bool failed = false;
  bool skipped = false;

  /// Whether a rerun did what no run in the screen did. `told_apart`: whether the rerun tells
  /// skipped tests from failed ones.
  bool DiffersFrom(const RecordedRun& run, bool told_apart) const {
    if (run.outcome == record::kOutcomePassed) return false;
    if (!told_apart) return !failed && !skipped;
    return run.outcome == record::kOutcomeFailed ? !failed : !skipped;
  }

  /// What it did in the screen, for "… among the other tests".
  const char* Text() const { return failed ? "failed" : skipped ? "was skipped" : "passed"; }
};

/// What all processes of a triage share. Tests are numbered as in the screen's record.
struct TriageContext {
  TriageContext(const RunOptions& options, const Screen& screen, const std::string& directory,
                Progress* progress, ProfileSet* profiles);

  const std::vector<RecordedTest>& tests() const { return screen.record.tests; }

  const RunOptions& options;
  const Screen& screen;
  const std::string& directory;  ///< of the reruns' files
  Progress* progress;
  ProfileSet* profiles;  ///< of the processes that went well
  const MachineLimits limits;
  const std::string source_root;
  const std::vector<double> native_seconds;  ///< by test
  std::vector<ScreenOutcome> outcomes;       ///< by test
  std::unordered_map<std::string, std::uint32_t> by_name;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRIAGE_CONTEXT_H_
