// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/stages.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/merge.h"
#include "runner/diagnose/never_evicts.h"
#include "runner/execute/confirm.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/execute/program_evidence.h"
#include "runner/execute/result_layout.h"
#include "runner/execute/source_excerpts.h"
#include "runner/execute/source_reader.h"
#include "runner/execute/triaged.h"
#include "runner/report/quantity.h"

namespace memprof {

Result<Report> RunAllStages(const RunOptions& asked, const std::string& directory,
                            Progress* progress) {
  RunOptions options = asked;
  const std::string work = WorkDirectory(directory);
  RemoveOwnFiles(work);  // logs of an earlier run explain nothing of this one
  if (Result<std::string> made = MakeDirectory(work); !made) return made.error();
  Result<Triaged> triaged = ScreenAndTriage(&options, work, progress);
  if (!triaged) return triaged.error();
  std::vector<ConfirmJob> jobs;
  for (std::size_t i = 0; i < triaged->evidence.size(); ++i) {
    jobs.push_back({&triaged.value().evidence[i], triaged->native_seconds[i]});
  }
  RunConfirm(options, jobs, work, progress);

  Report report = std::move(triaged.value().report);
  report.findings = std::move(triaged.value().screen_findings);
  std::set<std::string> confirmed;  // a test may stand in for its suite too
  for (const TestEvidence& evidence : triaged->evidence) {
    if (evidence.confirm.wanted.any()) confirmed.insert(evidence.test.FullName());
    AddDiagnosis(evidence, options, triaged->source_root, &report);
  }
  if (!confirmed.empty()) {
    const std::vector<std::string> tools = ToolsThatMeasured(triaged->evidence);
    report.stages.push_back(
        fmt::format("confirm: {} alone under {}",
                    Counted(static_cast<std::int64_t>(confirmed.size()), "suspect"),
                    tools.empty() ? "no tool that could measure"
                                  : fmt::format("{}", fmt::join(tools, " and "))));
  }
  report.interrupted |= Interrupted();
  if (report.interrupted) report.interrupted_in = progress->stage();
  progress->Reach("report");
  std::vector<FedHolder>& holders = report.programs.at(0).fed_holders;
  holders = HoldersFedBy(triaged->evidence, ContextFor(options, triaged->source_root));
  AddWhatNeverEvicts(options.thresholds.one_time_bytes, &holders, &report.findings);
  report.findings = GroupFindings(std::move(report.findings));
  AdviseFromDisk(triaged->source_root, &report);
  AdviseProgramsFromDisk(triaged->source_root, &report);
  ReadSourceExcerpts(triaged->source_root, &report);
  Summarize(&report);
  return report;
}

}  // namespace memprof
