// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/triage_context.h"

#include "runner/execute/machine_limits.h"
#include "runner/execute/source_root.h"

namespace memprof {

TriageContext::TriageContext(const RunOptions& run_options, const Screen& of_screen,
                             const std::string& files_directory, Progress* shown,
                             ProfileSet* profile_set)
    : options(run_options),
      screen(of_screen),
      directory(files_directory),
      progress(shown),
      profiles(profile_set),
      limits(ReadMachineLimits()),
      source_root(FindSourceRoot(run_options, of_screen.record)),
      native_seconds(NativeSeconds(of_screen.record)),
      outcomes(of_screen.record.tests.size()) {
  for (std::uint32_t i = 0; i < tests().size(); ++i) by_name.emplace(tests()[i].FullName(), i);
  for (const RecordedRun& run : screen.record.runs) {
    if (!run.finished) continue;
    outcomes[run.test].failed |= run.outcome == record::kOutcomeFailed;
    outcomes[run.test].skipped |= run.outcome == record::kOutcomeSkipped;
  }
}

}  // namespace memprof
