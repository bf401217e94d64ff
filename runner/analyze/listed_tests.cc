// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/listed_tests.h"

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace memprof {
namespace {

template <class Predicate>
void MarkSkipped(Predicate is_skipped, std::optional<std::size_t> iteration, RecordFile* record) {
  for (RecordedRun& run : record->runs) {
    if (iteration && run.iteration != *iteration) continue;
    if (!run.finished || run.outcome != record::kOutcomeFailed) continue;
    if (is_skipped(record->tests[run.test].FullName())) run.outcome = record::kOutcomeSkipped;
  }
}

}  // namespace

std::vector<RecordedTest> PlannedTests(const std::vector<GtestCase>& listed, bool runs_disabled) {
  std::vector<RecordedTest> planned;
  for (const GtestCase& each : listed) {
    if (runs_disabled || !each.IsDisabled()) planned.push_back(each.test);
  }
  return planned;
}

void JoinPlanned(const std::vector<RecordedTest>& planned, RecordFile* record) {
  std::unordered_map<std::string, std::size_t> position;
  for (std::size_t i = 0; i < record->tests.size(); ++i) {
    position.emplace(record->tests[i].FullName(), i);
  }
  for (const RecordedTest& test : planned) {
    const auto [known, is_new] = position.emplace(test.FullName(), record->tests.size());
    if (is_new) {
      record->tests.push_back(test);
    } else {
      record->tests[known->second] = test;
    }
  }
  const auto count = static_cast<std::uint32_t>(planned.size());
  if (record->process) record->process->hello.tests_planned = count;
  for (RecordedIteration& iteration : record->iterations) iteration.tests_planned = count;
}

void JoinResults(const std::vector<GtestCase>& results, RecordFile* record) {
  std::unordered_set<std::string> skipped;
  for (const GtestCase& each : results) {
    if (each.result == GtestCase::Result::kSkipped) skipped.insert(each.test.FullName());
  }
  MarkSkipped([&](const std::string& name) { return skipped.count(name) != 0; }, {}, record);
}

void JoinSkipped(const std::vector<std::string>& skipped, std::optional<std::size_t> iteration,
                 RecordFile* record) {
  const std::unordered_set<std::string> names(skipped.begin(), skipped.end());
  MarkSkipped([&](const std::string& name) { return names.count(name) != 0; }, iteration, record);
}

void JoinSuccess(const std::vector<std::string>& failed, std::optional<std::size_t> iteration,
                 RecordFile* record) {
  const std::unordered_set<std::string> names(failed.begin(), failed.end());
  MarkSkipped([&](const std::string& name) { return names.count(name) == 0; }, iteration, record);
}

std::vector<GtestCase> ResultsByMarks(const std::vector<RecordedTest>& planned,
                                      std::string_view output, bool exited) {
  using Result = GtestCase::Result;
  std::unordered_map<std::string, Result> told;
  for (const auto& [mark, result] : {std::pair{"RUN", Result::kBegun},
                                     {"OK", Result::kRan},
                                     {"SKIPPED", Result::kSkipped},
                                     {"FAILED", Result::kFailed}}) {
    for (std::string& name : MarkedInOutput(output, mark)) told[std::move(name)] = result;
  }
  const bool tells_each = !MarkedInOutput(output, "RUN").empty();
  const Result otherwise = exited && !tells_each ? Result::kRan : Result::kUnknown;
  std::vector<GtestCase> cases;
  for (const RecordedTest& test : planned) {
    const auto found = told.find(test.FullName());
    cases.push_back({test, found != told.end() ? found->second : otherwise});
  }
  return cases;
}

RecordFile UnmeasuredRecord(const std::vector<GtestCase>& results) {
  RecordFile record;
  record.program_ended = true;
  for (const GtestCase& each : results) {
    if (each.result == GtestCase::Result::kNotRun) continue;
    RecordedRun run;
    run.test = static_cast<std::uint32_t>(record.tests.size());
    run.finished = each.result != GtestCase::Result::kBegun;
    if (each.result == GtestCase::Result::kSkipped) run.outcome = record::kOutcomeSkipped;
    if (each.result == GtestCase::Result::kFailed) run.outcome = record::kOutcomeFailed;
    record.tests.push_back(each.test);
    if (!run.finished) record.program_ended = false;
    if (each.result != GtestCase::Result::kUnknown) record.runs.push_back(run);
  }
  return record;
}

}  // namespace memprof
