// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_EVIDENCE_H_
#define MEMPROF_RUNNER_DIAGNOSE_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/framework_place.h"
#include "runner/analyze/process_series.h"
#include "runner/analyze/traced_owner.h"
#include "runner/base/measured.h"
#include "runner/parse/record_file.h"
#include "runner/parse/track_fds.h"

namespace memprof {

/// What the reruns of one suspect in triage showed.
struct TriageEvidence {
  /// The longest series that was measured whole. Not measured: the rerun crashed, hung, …
  Measured<ProcessSeries> series = Measured<ProcessSeries>::Not("triage did not run");
  /// Set when the test passed in the screen and failed here: "failed in run 3 of 12", "failed
  /// when it ran alone". Then the series is not measured, and a leak is known from one run only.
  std::string unrepeatable;
  /// How many runs in one process went well before the one that did not; 0 when not even one did.
  int safe_runs = 0;
  /// Why the runs ended before `max_runs` although the series still grew: "the growth budget of
  /// 30 s", "the limit of 1,024 open files", "memory: 512 MiB". Empty when they did not.
  std::string ended_early;
  /// What the trace tells of where the series comes from. Empty when nothing of it was traced.
  std::vector<TracedSite> sites;
  std::vector<TracedResource> resources;
  std::vector<TracedObjects> objects;
  /// Why there is no trace although there is a series: a clause; empty when there is one.
  std::string untraced = "triage did not run";
  /// Whether the leak check of all tests together named the test: there is no other sign of what it
  /// keeps where a sanitizer's runtime owns the heap and does not tell of its blocks.
  bool lost_in_survey = false;
  /// Modules on these stacks whose code has no names, and why: a sentence or two for each.
  std::vector<std::string> unnamed_modules;
  /// Blocks alive at the end of the whole process that the trace does not have: made in a signal
  /// handler, at the end of a thread, or when a table was full.
  std::int64_t untracked_blocks = 0;

  /// Whether the series is the owner's own, told by who made what.
  bool traced() const { return series.has_value() && untraced.empty(); }
  /// Whether the trace has blocks too, and not only who opened descriptors and started threads.
  bool traces_blocks() const { return traced() && series->Of(Quantity::kBytes).measured; }
};

/// Which tools it is worth running on a suspect.
struct ToolsNeeded {
  bool lsan = false;
  bool massif = false;
  bool track_fds = false;  ///< Valgrind's list of open descriptors, with their stacks

  bool any() const { return lsan || massif || track_fds; }
};

/// What the tools said of one suspect, each run alone.
struct ConfirmEvidence {
  Measured<std::vector<LostSite>> lost =
      Measured<std::vector<LostSite>>::Not("LeakSanitizer did not run");
  int lsan_runs = 0;  ///< repetitions of the longer run; 1 when the test cannot be repeated
  // By Reconciled(), which brings LeakSanitizer and the heap snapshots together:
  /// Why LeakSanitizer did not measure, where `lost` is what heap snapshots call lost instead.
  std::string why_no_lsan;
  /// What LeakSanitizer calls lost and a heap snapshot sees held; no longer in `lost`.
  std::vector<LostSite> held_losses;
  /// What LeakSanitizer saw of the circles that `lost` has as unseen by it.
  std::int64_t seen_of_cycles_bytes = 0;
  std::int64_t seen_of_cycles_blocks = 0;
  Measured<std::vector<GrowingSite>> growing =
      Measured<std::vector<GrowingSite>>::Not("massif did not run");
  int massif_snapshots = 0;
  /// Open at the end of a process that ran the test `track_fds_runs` times.
  Measured<std::vector<OpenDescriptor>> open_descriptors =
      Measured<std::vector<OpenDescriptor>>::Not("valgrind --track-fds did not run");
  int track_fds_runs = 0;
  /// Which of them there was reason to run: only these can be "not measured".
  ToolsNeeded wanted;
};

/// Everything that is known of one suspect.
struct TestEvidence {
  /// The test; for evidence on a suite or the program, a test whose rerun shows it.
  RecordedTest test;
  /// Whose series it is.
  Scope scope = Scope::kTest;
  /// What the test's window kept in its first run alone, in bytes: less than 0 when not measured.
  std::int64_t kept_once_bytes = -1;
  TriageEvidence triage;
  ConfirmEvidence confirm;
  /// Full name of a later test of the suite whose window in the screen gave back what this one's
  /// kept; empty if none.
  std::string given_back_by;
};

/// What findings need to know of their surroundings.
struct DiagnoseContext {
  std::string source_root;  ///< absolute, without a trailing slash
  std::string binary;       ///< as the user named it, for commands that reproduce a finding
  std::vector<std::string> binary_arguments;
  /// The driver's options that matter when a finding is to be shown again, as separate words.
  std::vector<std::string> options;
  /// Where GoogleTest's code lies. DiagnoseSuspect learns it from the stacks of the evidence.
  FrameworkPlace framework;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_EVIDENCE_H_
