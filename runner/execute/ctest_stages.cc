// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/ctest_stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/merge.h"
#include "runner/diagnose/never_evicts.h"
#include "runner/execute/confirm.h"
#include "runner/execute/ctest_handover.h"
#include "runner/execute/evidence_file.h"
#include "runner/execute/files.h"
#include "runner/execute/preload_file.h"
#include "runner/execute/process.h"
#include "runner/execute/program_evidence.h"
#include "runner/execute/report_root.h"
#include "runner/execute/rerun.h"
#include "runner/execute/result_layout.h"
#include "runner/execute/screen_figures.h"
#include "runner/execute/source_excerpts.h"
#include "runner/execute/source_reader.h"
#include "runner/execute/source_root.h"
#include "runner/execute/triaged.h"
#include "runner/report/exit_code.h"
#include "runner/report/headline.h"
#include "runner/report/json_reader.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

// CTest's SKIP_RETURN_CODE in memprof_discover_tests.
constexpr int kExitNotMeasured = 77;

std::set<std::string> FingerprintsOf(const std::vector<Finding>& findings) {
  std::set<std::string> fingerprints;
  for (const Finding& finding : findings) fingerprints.insert(finding.fingerprint);
  return fingerprints;
}

/// What only all suspects together show. No single one of CTest's tests has their evidence, so it
/// is told by the screen, for the report at the end.
void AddHoldersOfMany(const Triaged& triaged, const RunOptions& options, Report* report) {
  const DiagnoseContext context = ContextFor(options, triaged.source_root);
  std::vector<Finding> findings;
  for (const TestEvidence& evidence : triaged.evidence) {
    Diagnosis diagnosis = DiagnoseSuspect(evidence, context, options.thresholds);
    std::move(diagnosis.findings.begin(), diagnosis.findings.end(), std::back_inserter(findings));
  }
  const std::set<std::string> known = FingerprintsOf(findings);
  std::vector<FedHolder>& holders = report->programs.at(0).fed_holders;
  holders = HoldersFedBy(triaged.evidence, context);
  AddWhatNeverEvicts(options.thresholds.one_time_bytes, &holders, &findings);
  for (Finding& finding : findings) {
    if (!known.contains(finding.fingerprint)) report->findings.push_back(std::move(finding));
  }
  AdviseFromDisk(triaged.source_root, report);
  AdviseProgramsFromDisk(triaged.source_root, report);
}

Result<Report> ReadReport(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) return text.error();
  Result<Report> report = ReadReportJson(text.value());
  if (!report) {
    Error error = report.error();
    error.message = path + ": " + error.message;
    return error;
  }
  return report;
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::string OneLine(const Finding& finding) {
  const char* known = finding.baseline == BaselineState::kKnown ? "known " : "";
  std::string line = fmt::format("{}{}: {}", known, Name(finding.severity), Headline(finding));
  if (!finding.location.file.empty()) {
    line += fmt::format(" at {}:{}", finding.location.file, finding.location.line);
  }
  return line;
}

bool Fails(const Finding& finding, const FailurePolicy& policy) {
  return policy.fail_on && finding.severity >= *policy.fail_on &&
         finding.baseline != BaselineState::kKnown;
}

/// What one run keeps, as its rerun showed: the mean after `warm_up` runs. Empty where no rerun
/// did.
std::optional<std::int64_t> KeptPerRun(const TestEvidence& evidence, std::size_t warm_up) {
  if (evidence.scope != Scope::kTest || !evidence.triage.series) return std::nullopt;
  const QuantitySeries& bytes = evidence.triage.series->Of(Quantity::kBytes);
  const std::vector<std::int64_t>& kept =
      bytes.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
  if (!bytes.measured || kept.size() < warm_up + 2) return std::nullopt;
  const auto runs = static_cast<double>(kept.size() - 1 - warm_up);
  return std::llround(static_cast<double>(kept.back() - kept[warm_up]) / runs);
}

std::vector<CtestMeasurement> MeasurementsOfRun(const Report& report) {
  auto count = [&](Severity severity) {
    return std::count_if(report.findings.begin(), report.findings.end(),
                         [&](const Finding& finding) { return finding.severity == severity; });
  };
  return {{"memprof findings", static_cast<std::int64_t>(report.findings.size())},
          {"memprof critical findings", count(Severity::kCritical)},
          {"memprof warnings", count(Severity::kWarning)}};
}

/// The tests whose own CTest tests have failed by their part of the findings. Of two like leaks one
/// part may show the new one alone, which then passes for the known one: only all parts together
/// show both.
void AddFailedTests(Report part, const std::vector<TestReport>& tests, const Policy& policy,
                    const FailurePolicy& failure, std::set<std::string>* failed) {
  part.tests = tests;  // with what they declare to keep
  ApplyPolicy(policy, &part);
  for (const Finding& finding : part.findings) {
    if (Fails(finding, failure)) failed->insert(finding.tests.begin(), finding.tests.end());
  }
}

}  // namespace

Result<StageOutcome> RunScreenStage(const RunOptions& asked, const std::string& directory,
                                    Progress* progress) {
  RunOptions options = asked;
  if (Result<std::string> ready = PrepareForCTest(directory); !ready) return ready.error();
  Result<Triaged> triaged = ScreenAndTriage(&options, WorkDirectory(directory), progress);
  if (!triaged) return triaged.error();
  if (Result<std::string> left = LeaveSuspects(*triaged, options, directory); !left) {
    return left.error();
  }
  StageOutcome outcome;
  outcome.report = triaged->report;
  AddHoldersOfMany(*triaged, options, &outcome.report);
  outcome.report.findings = GroupFindings(std::move(outcome.report.findings));
  Summarize(&outcome.report);
  Result<std::string> written =
      WriteFile(directory + "/screen.json", RenderJson(outcome.report, options.render));
  if (!written) return written.error();
  written = LeaveFigures(outcome.report, directory);
  if (!written) return written.error();
  outcome.reason =
      fmt::format("{}, of which {} kept something in their first run alone",
                  Counted(static_cast<std::int64_t>(outcome.report.tests.size()), "test"),
                  std::count_if(triaged->evidence.begin(), triaged->evidence.end(),
                                [](const TestEvidence& of) { return of.scope == Scope::kTest; }));
  return outcome;
}

Result<StageOutcome> RunTestStage(const RunOptions& asked, const Policy& policy,
                                  const std::string& directory, Progress* progress) {
  RunOptions options = asked;
  StageOutcome outcome;
  const std::string path = SuspectPath(directory, options.test);
  const std::string screen_path = ScreenFindingsPath(directory, options.test);
  const bool suspect = Exists(path);
  if (!suspect && !Exists(screen_path)) {
    if (!Exists(directory + "/suspects")) {
      outcome.reason = "not measured: the screen left nothing in " + directory;
      outcome.exit_code = kExitNotMeasured;
    } else if (Result<std::string> why = ReadFile(NotMeasuredPath(directory)); why.ok()) {
      outcome.reason = "not measured: heap: " + why.value();
      outcome.exit_code = kExitNotMeasured;
    } else {
      outcome.reason = "nothing kept";
      TestFigures figures = FiguresOfScreen(directory, options.test);
      if (figures.kept_bytes) figures.findings = 0;
      outcome.measurements = MeasurementsOf(figures);
    }
    return outcome;
  }
  TestFigures figures = FiguresOfScreen(directory, options.test);
  Report& report = outcome.report;
  report.tool_version = MEMPROF_VERSION;
  report.binary = options.command[0];
  if (Exists(screen_path)) {
    Result<Report> known = ReadReport(screen_path);
    if (!known) return known.error();
    report.findings = known->findings;
  }
  if (suspect) {
    Result<std::string> text = ReadFile(path);
    if (!text) return text.error();
    Result<SuspectFile> file = ParseSuspect(text.value());
    if (!file) return file.error();
    std::vector<ConfirmJob> jobs;
    for (TestEvidence& evidence : file.value().evidence) {
      jobs.push_back({&evidence, file->native_seconds});
    }
    const Result<PluginLibrary> plugin = TakePreload(directory + "/suspects", &options);
    if (!plugin) return plugin.error();
    RunConfirm(options, jobs, WorkDirectory(directory), progress);
    const auto warm_up = static_cast<std::size_t>(std::max(0, options.thresholds.growth.warm_up));
    const auto kept = KeptPerRun(file->evidence.front(), warm_up);
    if (kept) figures.kept_bytes = kept;
    RecordFile of_test;
    of_test.tests = {file->test()};
    const std::string source_root = FindSourceRoot(options, of_test);
    Report of_suspect;
    for (const TestEvidence& evidence : file->evidence) {
      AddDiagnosis(evidence, options, source_root, &of_suspect);
    }
    of_suspect.findings = GroupFindings(std::move(of_suspect.findings));
    AdviseFromDisk(source_root, &of_suspect);
    std::move(of_suspect.findings.begin(), of_suspect.findings.end(),
              std::back_inserter(report.findings));
    report.not_measured = std::move(of_suspect.not_measured);
  }
  report.interrupted = Interrupted();
  if (report.interrupted) report.interrupted_in = progress->stage();
  report.findings = GroupFindings(std::move(report.findings));
  Summarize(&report);
  Result<std::string> written =
      WriteFile(fmt::format("{}/results/{}.json", directory, FileKey(options.test)),
                RenderJson(report, options.render));
  if (!written) return written.error();

  // The file has all of it: what many parts have together is held against the policy anew.
  if (const std::string keeps = KeepsPath(directory, options.test); Exists(keeps)) {
    Result<Report> declared = ReadReport(keeps);
    if (!declared) return declared.error();
    report.tests = declared->tests;
  }
  ApplyPolicy(policy, &report);
  figures.findings = std::count_if(report.findings.begin(), report.findings.end(),
                                   [](const Finding& finding) { return !finding.tests.empty(); });
  outcome.measurements = MeasurementsOf(figures);
  for (const Finding& finding : report.findings) {
    if (finding.tests.empty()) continue;  // the report's test says it
    if (outcome.reason.empty()) outcome.reason = OneLine(finding);
    if (Fails(finding, options.failure)) {
      outcome.reason = fmt::format("{} (all of it: {}/report.txt)", OneLine(finding), options.out);
      outcome.exit_code = 1;
      return outcome;
    }
  }
  for (const NotMeasured& gap : report.not_measured) {
    const std::vector<std::string>& required = options.failure.required_tools;
    const bool is_required =
        std::find(required.begin(), required.end(), gap.tool) != required.end();
    if (gap.tool != "triage" && !is_required) continue;
    outcome.reason = fmt::format("not measured: {}: {}", gap.tool, gap.why);
    outcome.exit_code = is_required ? 3 : kExitNotMeasured;
  }
  if (outcome.exit_code != 0 && figures.findings == 0) {
    figures.findings.reset();  // nobody knows
    outcome.measurements = MeasurementsOf(figures);
  }
  if (outcome.reason.empty()) outcome.reason = "kept something once, and nothing that grows";
  return outcome;
}

Result<StageOutcome> RunReportStage(const RunOptions& options, const Policy& policy,
                                    const std::string& directory) {
  Result<Report> screen = ReadReport(directory + "/screen.json");
  if (!screen) {
    Error error = screen.error();
    error.hint = "run the screen first, or the whole of it: ctest -L memprof";
    return error;
  }
  std::vector<Report> parts = {std::move(screen).value()};
  std::error_code ignored;
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory + "/results", ignored)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::set<std::string> failed_tests;
  for (const std::string& path : paths) {
    Result<Report> part = ReadReport(path);
    if (!part) return part.error();
    AddFailedTests(*part, parts.front().tests, policy, options.failure, &failed_tests);
    parts.push_back(std::move(part).value());
  }
  StageOutcome outcome;
  outcome.report = MergeReports(parts);
  const std::string source_root = ReportRoot(outcome.report, options.source_root);
  if (!source_root.empty()) ReadSourceExcerpts(source_root, &outcome.report);
  ApplyPolicy(policy, &outcome.report);
  outcome.measurements = MeasurementsOfRun(outcome.report);
  if (!outcome.report.crash.empty()) {
    outcome.exit_code = 3;
    outcome.reason = outcome.report.crash;
    return outcome;
  }
  for (const Finding& finding : outcome.report.findings) {
    const bool is_told = std::any_of(
        finding.tests.begin(), finding.tests.end(),
        [&failed_tests](const std::string& test) { return failed_tests.contains(test); });
    if (is_told || !Fails(finding, options.failure)) continue;
    outcome.exit_code = 1;
    outcome.reason =
        fmt::format("{} ({})", OneLine(finding),
                    finding.tests.empty() ? finding.scope_label : finding.tests.front());
    return outcome;
  }
  return outcome;
}

}  // namespace memprof
