// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/authored_screen.h"
#include "runner/execute/hung_process.h"
#include "runner/execute/screen.h"
#include "runner/execute/shard_givers.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

TestStatus StatusOf(const RecordedRun& run, const ProcessEnd& end) {
  if (!run.finished) {
    return end.how == ProcessEnd::How::kTimedOut ? TestStatus::kTimedOut : TestStatus::kCrashed;
  }
  switch (run.outcome) {
    case record::kOutcomeFailed:
      return TestStatus::kFailed;
    case record::kOutcomeSkipped:
      return TestStatus::kSkipped;
    case record::kOutcomePassed:
      return TestStatus::kPassed;
  }
  return TestStatus::kPassed;
}

IterationStats StatsOf(const record::Window& window) {
  IterationStats stats;
  stats.wall_ns = static_cast<std::int64_t>(window.wall_ns);
  if ((window.measured & record::kHeapMeasured) != 0) {
    stats.kept_bytes = window.kept_bytes;
    stats.kept_blocks = window.kept_blocks;
    stats.allocations = static_cast<std::int64_t>(window.allocations);
    stats.allocated_bytes = static_cast<std::int64_t>(window.allocated_bytes);
    stats.peak_bytes = window.peak_bytes;
  }
  if ((window.measured & record::kDescriptorsMeasured) != 0) stats.fds = window.descriptors;
  if ((window.measured & record::kThreadsMeasured) != 0) stats.threads = window.threads;
  if ((window.measured & record::kMappingsMeasured) != 0) stats.mapped_bytes = window.mapped_bytes;
  return stats;
}

void AddGaps(const Screen& screen, Report* report) {
  const RecordFile& record = screen.record;
  if (record.process && !record.process->heap_counted()) {
    report->not_measured.push_back(
        {"heap", "",
         fmt::format("{} answers malloc in this process, so bytes and blocks are not counted",
                     record.process->heap_owner_name)});
  }
  // Behind a line break stands the module whose operator new the counters do not see.
  const bool is_counted = record.process && record.process->heap_counted();
  const std::string owner = is_counted ? record.process->heap_owner_name : "";
  if (const std::size_t at = owner.find('\n'); at != std::string::npos) {
    report->not_measured.push_back(
        {"heap", "",
         fmt::format("operator new of {} takes no memory from malloc, so what it gives out is not "
                     "counted",
                     owner.substr(at + 1))});
  }
  if (!record.damage.empty()) {
    report->not_measured.push_back({"screen", "", "the record is incomplete: " + record.damage});
  }
  // A shard may be without tests, and nothing is wrong with it.
  if (record.tests.empty() && !IsSharded()) {
    report->not_measured.push_back(
        {"screen", "", "no test ran: the filter matches none, or the program has none"});
  }
  if (record.lost_records > 0) {
    report->not_measured.push_back(
        {"screen", "",
         fmt::format("{} could not be written: the disk of {} may be full",
                     Counted(static_cast<std::int64_t>(record.lost_records), "record"),
                     screen.output_path)});
  }
  if (record.lost_descriptors > 0) {
    report->not_measured.push_back(
        {"descriptors", "",
         fmt::format("{} open descriptors were beyond the table's size", record.lost_descriptors)});
  }
}

/// A test without its runs.
TestReport TestOf(const RecordedTest& recorded, const std::string& source_root) {
  TestReport test;
  test.suite = recorded.suite;
  test.name = recorded.name;
  test.file = PathBelowRoot(recorded.file, source_root);
  test.line = recorded.line;
  test.status = TestStatus::kSkipped;
  return test;
}

/// Whether an Environment skipped everything in its SetUp: GoogleTest then starts no test, and
/// calls that success.
bool IsSkippedWhole(const Screen& screen) {
  const RecordFile& record = screen.record;
  return record.runs.empty() && !record.iterations.empty() && record.iterations.back().finished &&
         record.program_ended && screen.end.how == ProcessEnd::How::kExited && screen.end.code == 0;
}

/// Tests that never started, because the process ended before, or passed them over.
void AddTestsThatNeverRan(const Screen& screen, Report* report) {
  const RecordFile& record = screen.record;
  if (record.iterations.empty()) return;
  const std::string why = record.program_ended
                              ? "never ran, although it was planned: an Environment may have ended "
                                "or skipped the run"
                              : "never ran: the process " + screen.end.Text();
  std::vector<bool> ran(record.tests.size());
  for (const RecordedRun& run : record.runs) ran[run.test] = true;
  for (std::size_t i = 0; i < record.tests.size(); ++i) {
    if (!ran[i]) report->not_measured.push_back({"screen", record.tests[i].FullName(), why});
  }
}

void AddUnmeasured(const Screen& screen, Report* report) {
  if (screen.unmeasured.empty()) return;
  for (const RecordedTest& test : screen.record.tests) {
    report->not_measured.push_back({"screen", test.FullName(), screen.unmeasured});
  }
}

/// The test that the process ended in; empty when it was in none.
std::string RunningTest(const RecordFile& record) {
  const auto running = std::find_if(record.runs.begin(), record.runs.end(),
                                    [](const RecordedRun& run) { return !run.finished; });
  return running == record.runs.end() ? "" : record.tests[running->test].FullName();
}

std::string CrashText(const Screen& screen) {
  const RecordFile& record = screen.record;
  if (record.program_ended && screen.end.how == ProcessEnd::How::kExited) return "";
  if (screen.end.how == ProcessEnd::How::kInterrupted) return "";
  std::string where = record.program_ended ? "after its last test" : "between two tests";
  if (const std::string test = RunningTest(record); !test.empty()) where = "in " + test;
  return fmt::format("the test process {} {}", screen.end.Text(), where);
}

}  // namespace

Report ScreenReport(const Screen& screen, const RunOptions& options,
                    const std::string& source_root) {
  const RecordFile& record = screen.record;
  Report report;
  report.tool_version = MEMPROF_VERSION;
  report.binary = options.command[0];
  report.interrupted = screen.end.how == ProcessEnd::How::kInterrupted;
  report.crash = CrashText(screen);
  if (screen.end.how == ProcessEnd::How::kTimedOut) {
    ReportHang(screen.hung, RunningTest(record), record.process ? record.process->directory : "",
               options, source_root, &report);
  }
  report.stages.push_back(fmt::format(
      "screen: {} in {}{}", Counted(static_cast<std::int64_t>(record.tests.size()), "test"),
      HumanDuration(static_cast<std::int64_t>(screen.end.seconds * 1e9)),
      screen.preload.empty() ? "" : ", libmemprof.so preloaded"));

  std::vector<int> position(record.tests.size(), -1);
  for (const RecordedRun& run : record.runs) {
    if (!run.finished && report.interrupted) continue;  // it did nothing wrong
    if (position[run.test] < 0) {
      position[run.test] = static_cast<int>(report.tests.size());
      report.tests.push_back(TestOf(record.tests[run.test], source_root));
    }
    TestReport& test = report.tests[static_cast<std::size_t>(position[run.test])];
    const TestStatus status = StatusOf(run, screen.end);
    if (Badness(status) > Badness(test.status)) test.status = status;
    if (run.finished) {
      test.iterations.push_back(StatsOf(run.window));
      test.iterations.back().gauges = GaugeReadings(run, record);
    }
    AddKeeps(run, source_root, &test);
  }
  std::uint32_t threads = 0;
  for (const RecordedIteration& iteration : record.iterations) {
    threads = std::max(threads, iteration.totals.counted_threads);
  }
  if (record.process && record.process->heap_counted()) {
    report.peak_error_bytes = threads > 1 ? threads * record::kPeakStep : 0;
  }
  AddGaps(screen, &report);
  AddAuthoredNotes(record, options.thresholds, options.named_acquires, &report);
  if (IsSkippedWhole(screen)) {
    for (const RecordedTest& test : record.tests) report.tests.push_back(TestOf(test, source_root));
  } else {
    AddTestsThatNeverRan(screen, &report);
  }
  AddUnmeasured(screen, &report);
  return report;
}

std::vector<double> NativeSeconds(const RecordFile& record) {
  std::vector<double> seconds(record.tests.size());
  for (const RecordedRun& run : record.runs) {
    if (!run.finished) continue;
    seconds[run.test] = std::max(seconds[run.test], static_cast<double>(run.window.wall_ns) / 1e9);
  }
  return seconds;
}

}  // namespace memprof
