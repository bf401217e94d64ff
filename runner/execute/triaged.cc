// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/triaged.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "runner/execute/leak_survey.h"
#include "runner/execute/pair_files.h"
#include "runner/execute/process.h"
#include "runner/execute/profile_set.h"
#include "runner/execute/program_evidence.h"
#include "runner/execute/rerun.h"
#include "runner/execute/source_root.h"
#include "runner/execute/triage.h"
#include "runner/execute/waste_stage.h"
#include "runner/plan/triage_selection.h"
#include "runner/report/quantity.h"

namespace memprof {

DiagnoseContext ContextFor(const RunOptions& options, const std::string& source_root) {
  DiagnoseContext context;
  context.source_root = source_root;
  context.binary = options.command[0];
  context.binary_arguments.assign(options.command.begin() + 1, options.command.end());
  auto keep = [&context](const char* name, const std::string& value) {
    if (value.empty()) return;
    context.options.insert(context.options.end(), {name, value});
  };
  keep("--lsan-binary", options.lsan_binary);
  keep("--source-root", options.source_root);
  keep("--plugin", options.plugin);
  if (options.isolate) context.options.push_back("--isolate");
  return context;
}

Result<Triaged> ScreenAndTriage(RunOptions* chosen, const std::string& directory,
                                Progress* progress) {
  RunOptions& options = *chosen;
  if (Result<bool> ready = PreparePairs(directory, &options); !ready) return ready.error();
  Result<Screen> screen = RunScreen(options, directory, progress);
  if (!screen) return screen.error();
  Triaged triaged;
  triaged.screen = std::move(screen).value();
  options.preload = triaged.screen.preload;
  const RecordFile& record = triaged.screen.record;
  if (record.process && record.process->is_sanitizer()) {
    options.sanitizer = record.process->heap_owner_name;
  }
  triaged.source_root = FindSourceRoot(options, record);
  const std::string& asked = options.source_root;
  std::error_code error;
  if (!asked.empty() && !std::filesystem::equivalent(asked, triaged.source_root, error)) {
    progress->Note(
        fmt::format("no test lies below --source-root {}; taking {}", asked, triaged.source_root));
  }
  triaged.report = ScreenReport(triaged.screen, options, triaged.source_root);
  triaged.report.programs = {
      EvidenceOfScreen(record, options, ContextFor(options, triaged.source_root))};

  const std::vector<double> native = NativeSeconds(record);
  NativeTimes native_of;
  for (std::size_t i = 0; i < record.tests.size(); ++i) {
    native_of[record.tests[i].FullName()] = native[i];
  }
  progress->Expect(native_of);
  TriageSelection selection = Interrupted() ? TriageSelection{} : SelectForTriage(record, options);
  const LeakSurvey survey = SurveyLeaks(options, triaged.screen, directory);
  if (survey.ran) triaged.report.stages.push_back("leak check: all tests together under lsan");
  std::copy(survey.not_measured.begin(), survey.not_measured.end(),
            std::back_inserter(triaged.report.not_measured));
  selection.suspects = WithSuspects(std::move(selection.suspects), survey.suspects);
  const std::vector<Suspect>& suspects = selection.suspects;
  std::copy(selection.left_out.begin(), selection.left_out.end(),
            std::back_inserter(triaged.report.not_measured));
  ProfileSet profiles;
  triaged.evidence = RunTriage(options, triaged.screen, suspects, directory, progress, &profiles);
  for (TestEvidence& evidence : triaged.evidence) {
    evidence.triage.lost_in_survey =
        evidence.scope == Scope::kTest &&
        std::any_of(survey.suspects.begin(), survey.suspects.end(), [&](const Suspect& suspect) {
          return record.tests[suspect.test].FullName() == evidence.test.FullName();
        });
    triaged.native_seconds.push_back(native_of[evidence.test.FullName()]);
  }
  triaged.screen_findings = DiagnoseScreen(record, ContextFor(options, triaged.source_root),
                                           options.thresholds, triaged.evidence);
  if (!suspects.empty()) {
    triaged.report.stages.push_back(
        fmt::format("triage: {} repeated with a full trace",
                    Counted(static_cast<std::int64_t>(suspects.size()), "suspect")));
  }
  RunWasteStage(options, triaged.screen, ContextFor(options, triaged.source_root), directory,
                progress, &profiles, &triaged.report, &triaged.screen_findings);
  triaged.report.profiles = profiles.Take();
  triaged.report.interrupted |= Interrupted();
  if (triaged.report.interrupted) triaged.report.interrupted_in = progress->stage();
  return triaged;
}

void AddDiagnosis(const TestEvidence& evidence, const RunOptions& options,
                  const std::string& source_root, Report* report) {
  Diagnosis diagnosis =
      DiagnoseSuspect(evidence, ContextFor(options, source_root), options.thresholds);
  std::move(diagnosis.findings.begin(), diagnosis.findings.end(),
            std::back_inserter(report->findings));
  for (NotMeasured& gap : diagnosis.not_measured) {
    // Several tests may lack the names of one module.
    std::vector<NotMeasured>& known = report->not_measured;
    if (std::find(known.begin(), known.end(), gap) == known.end()) known.push_back(std::move(gap));
  }
}

}  // namespace memprof
