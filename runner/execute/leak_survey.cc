// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/leak_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "runner/analyze/leaking_tests.h"
#include "runner/execute/files.h"
#include "runner/execute/plain_path.h"
#include "runner/execute/rerun.h"
#include "runner/parse/lsan_log.h"
#include "runner/plan/rerun_plan.h"
#include "runner/report/quantity.h"
#include "runner/symbols/symbolizer.h"

namespace memprof {
namespace {

/// A stale stack slot hides what the last run of all loses.
constexpr int kRuns = 2;

std::vector<bool> Passed(const RecordFile& record) {
  std::vector<bool> passed(record.tests.size());
  for (const RecordedRun& run : record.runs) {
    if (run.finished && run.outcome == record::kOutcomePassed) passed[run.test] = true;
  }
  return passed;
}

/// What the check said; the error's message is a clause.
Result<LsanLog> CheckTogether(const RunOptions& options, const std::vector<std::string>& names,
                              double native_seconds, const std::string& directory) {
  const PlainPath plain(directory);
  const RunFiles files = FilesFor(plain.path(), "lsan-all", options.command[0]);
  const char* user_options = std::getenv("LSAN_OPTIONS");
  const RunPlan plan =
      PlanLeakSurvey(options, names, kRuns, files, user_options != nullptr ? user_options : "");
  const Rerun rerun = RunPlanned(plan, files, files.tool_log + ".out",
                                 RerunTimeLimit(options, native_seconds, kRuns));
  auto failed = [](std::string why) { return Error{ErrorKind::kProcess, std::move(why), ""}; };
  if (!rerun.record || !rerun.record->process) return failed(rerun.why_not);
  if (!rerun.record->leaks_found) {
    const std::string incomplete = WhyIncomplete(rerun, kRuns);
    return failed(incomplete.empty()
                      ? "the leak check did not come back: the process " + rerun.end->Text()
                      : incomplete);
  }
  if (!*rerun.record->leaks_found) return LsanLog{};
  const std::string path = fmt::format("{}.{}", files.tool_log, rerun.record->process->hello.pid);
  Result<std::string> text = ReadFile(path);
  if (!text) return failed(text.error().message);
  Result<LsanLog> log = ParseLsanLog(text.value());
  if (!log) return failed(log.error().message);
  Symbolizer symbolizer;
  ResolveStacks(&log.value().leaks, symbolizer);
  return log;
}

}  // namespace

LeakSurvey SurveyLeaks(const RunOptions& options, const Screen& screen,
                       const std::string& directory) {
  LeakSurvey survey;
  const RecordFile& record = screen.record;
  if (!record.process || record.process->heap_counted() || !options.SanitizerFindsLeaks() ||
      !options.Uses("lsan") || options.only != Only::kEverything || Interrupted()) {
    return survey;
  }
  const std::vector<bool> passed = Passed(record);
  const std::vector<double> native = NativeSeconds(record);
  std::vector<std::string> names;
  double seconds = 0;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    if (!passed[i]) continue;
    names.push_back(record.tests[i].FullName());
    seconds += native[i];
  }
  if (names.empty()) return survey;
  const Result<LsanLog> log = CheckTogether(options, names, seconds, directory);
  if (!log) {
    survey.not_measured.push_back(
        {"lsan", "", "the leak check of all tests together: " + log.error().message});
    return survey;
  }
  survey.ran = true;
  const LeakingTests leaking = FindLeakingTests(log->leaks, record.tests);
  for (const std::uint32_t test : leaking.tests) {
    if (passed[test]) survey.suspects.push_back({test, "lost memory beside the other tests"});
  }
  if (leaking.other_blocks > 0) {
    survey.not_measured.push_back(
        {"lsan", "",
         fmt::format("{} in {} were lost by code that no test is on the stack of, so none could be "
                     "looked at for it",
                     HumanBytes(leaking.other_bytes), Counted(leaking.other_blocks, "block"))});
  }
  return survey;
}

std::vector<Suspect> WithSuspects(std::vector<Suspect> known, const std::vector<Suspect>& more) {
  for (const Suspect& suspect : more) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Suspect& other) {
      return other.test == suspect.test;
    });
    if (!is_known) known.push_back(suspect);
  }
  std::sort(known.begin(), known.end(),
            [](const Suspect& a, const Suspect& b) { return a.test < b.test; });
  return known;
}

}  // namespace memprof
