// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/authored_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

#include "runner/analyze/gauge_series.h"
#include "runner/analyze/user_frame.h"
#include "runner/diagnose/budgets.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kNamesShown = 5;

/// "a, b, c and 4 more".
std::string SomeOf(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kNamesShown);
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

void AddIgnored(const RecordFile& screen, Report* report) {
  std::set<std::uint32_t> tests;
  std::vector<std::string> names;
  record::Ignored sum = {};
  for (const RecordedRun& run : screen.runs) {
    if (!run.ignored || run.ignored->allocations == 0) continue;
    if (tests.insert(run.test).second) names.push_back(screen.tests[run.test].FullName());
    sum.allocations += run.ignored->allocations;
    sum.kept_blocks += run.ignored->kept_blocks;
    sum.kept_bytes += run.ignored->kept_bytes;
  }
  if (tests.empty()) return;
  report->stages.push_back(fmt::format(
      "ignored: {} within IgnoreScopes and the messages of broken budgets, of which {} kept {}, "
      "in no figure of {}",
      Counted(static_cast<std::int64_t>(sum.allocations), "allocation"),
      Counted(sum.kept_blocks, "block"), HumanBytes(sum.kept_bytes), SomeOf(names)));
}

/// Gauges of which a value is missing, told once with the first test that shows it.
void AddGaugeGaps(const RecordFile& screen, Report* report) {
  std::set<std::uint32_t> told;
  for (const RecordedRun& run : screen.runs) {
    for (const RecordedGaugeValue& value : run.gauges) {
      if (value.is_measured != 0 || !IsSeen(screen, value.gauge)) continue;
      if (!told.insert(value.gauge).second) continue;
      const RecordedGauge& gauge = screen.gauges[value.gauge];
      const char* why =
          gauge.kind == record::kPairGauge
              ? "there were more objects at once than the table holds"
              : "it was gone by the test's end (it must outlive the test: make it static), "
                "or its function threw";
      report->not_measured.push_back({"gauge", screen.tests[run.test].FullName(),
                                      fmt::format("gauge '{}': {}", gauge.name, why)});
    }
  }
}

/// `named`: the functions that the user expects to see; of the others a program may use few.
void AddPairGaps(const RecordFile& screen, const std::vector<std::string>& named, Report* report) {
  std::vector<std::string> unseen = UnseenAcquires(screen);
  std::erase_if(unseen, [&](const std::string& function) {
    return std::find(named.begin(), named.end(), function) == named.end();
  });
  if (unseen.empty()) return;
  report->not_measured.push_back(
      {"pairs", "",
       fmt::format("no module calls {} through a table that can be changed: the program does not "
                   "use {}, or has the library linked in statically",
                   SomeOf(unseen), unseen.size() == 1 ? "it" : "them")});
}

}  // namespace

std::vector<GaugeReading> GaugeReadings(const RecordedRun& run, const RecordFile& screen) {
  std::vector<GaugeReading> readings;
  for (const RecordedGaugeValue& value : run.gauges) {
    if (value.is_measured == 0 || value.value == value.before) continue;
    readings.push_back({screen.gauges[value.gauge].name, value.value - value.before});
  }
  return readings;
}

void AddKeeps(const RecordedRun& run, const std::string& source_root, TestReport* test) {
  for (const RecordedKeeps& each : run.keeps) {
    const DeclaredKeeps keeps = {PathBelowRoot(each.file, source_root),
                                 static_cast<int>(each.what.line), each.what.bytes, each.why};
    if (std::find(test->keeps.begin(), test->keeps.end(), keeps) == test->keeps.end()) {
      test->keeps.push_back(keeps);
    }
  }
}

void AddAuthoredNotes(const RecordFile& screen, const Thresholds& thresholds,
                      const std::vector<std::string>& named_acquires, Report* report) {
  AddIgnored(screen, report);
  std::vector<NotMeasured> gaps = BudgetGaps(screen, thresholds);
  std::move(gaps.begin(), gaps.end(), std::back_inserter(report->not_measured));
  AddGaugeGaps(screen, report);
  AddPairGaps(screen, named_acquires, report);
}

}  // namespace memprof
