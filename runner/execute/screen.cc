// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/screen.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "runner/analyze/user_frame.h"
#include "runner/execute/files.h"
#include "runner/execute/source_root.h"
#include "runner/plan/rerun_plan.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

using Clock = std::chrono::steady_clock;

// A test may take long; nothing finished for five minutes is a hang. Also far below CTest's own
// default limit of 1,500 s, so that the report is written before CTest kills us.
constexpr double kDefaultPatienceSeconds = 300;

/// Follows the record as it grows: shows progress, and notices a hang.
class RecordWatch {
 public:
  RecordWatch(std::string path, double patience_s, Progress* progress)
      : path_(std::move(path)), patience_s_(patience_s), progress_(progress) {}

  /// Whether something was recorded within the time allowed.
  bool Look() {
    const auto now = Clock::now();
    // Reading a long record takes longer than the tests that it is about.
    if (now - last_look_ < pause_) return true;
    last_look_ = now;
    if (Result<std::string> bytes = ReadFile(path_); bytes.ok()) {
      if (Result<RecordFile> record = ParseRecord(bytes.value()); record.ok()) Follow(*record);
    }
    pause_ = std::max(pause_, 20 * (Clock::now() - now));
    return std::chrono::duration<double>(now - last_change_).count() < patience_s_;
  }

 private:
  void Follow(const RecordFile& record) {
    const std::size_t state = record.runs.size() + record.iterations.size() +
                              (record.program_ended ? 1u : 0u) + record.tests.size();
    if (state == last_state_) return;
    last_state_ = state;
    last_change_ = Clock::now();
    if (record.runs.empty() || record.iterations.empty()) return;
    const RecordedRun& run = record.runs.back();
    progress_->Update(static_cast<int>(record.runs.size()),
                      static_cast<int>(record.iterations.back().tests_planned *
                                       std::max<std::size_t>(record.iterations.size(), 1)),
                      record.tests[run.test].FullName());
  }

  std::string path_;
  double patience_s_;
  Progress* progress_;
  std::size_t last_state_ = 0;
  Clock::time_point last_change_ = Clock::now();
  Clock::time_point last_look_ = Clock::now();
  Clock::duration pause_ = std::chrono::milliseconds(200);
};

Error NoHello(const RunOptions& options, const ProcessEnd& end, const std::string& output_path) {
  const std::string& binary = options.command[0];
  std::string hint =
      "Link the tests with memprof::gtest_main (or memprof::gtest beside a main of your own); a "
      "static helper library must link it PUBLIC, so that the listener reaches the executable.";
  if (end.how != ProcessEnd::How::kExited) {
    hint = "It ended before its first test. Run it by itself first: " + binary;
  }
  const std::string output = LastLines(output_path, 3);
  if (!output.empty()) hint += "\nThe last lines that it printed:\n" + output;
  return Error{ErrorKind::kProcess,
               fmt::format("{} {}, and no GoogleTest test of it was seen: either it runs none, or "
                           "memprof's listener is not linked in",
                           binary, end.Text()),
               hint};
}

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

/// Worse first: what one of several iterations did counts for the test.
int Badness(TestStatus status) {
  switch (status) {
    case TestStatus::kPassed:
      return 1;
    case TestStatus::kSkipped:
      return 0;
    case TestStatus::kFailed:
      return 2;
    case TestStatus::kTimedOut:
      return 3;
    case TestStatus::kCrashed:
      return 4;
  }
  return 0;
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

/// A shard may be without tests, and nothing is wrong with it.
bool IsSharded() {
  return std::getenv("GTEST_TOTAL_SHARDS") != nullptr ||
         std::getenv("TEST_TOTAL_SHARDS") != nullptr;
}

void AddGaps(const Screen& screen, Report* report) {
  const RecordFile& record = screen.record;
  if (!record.process->heap_counted()) {
    report->not_measured.push_back(
        {"heap", "",
         fmt::format("{} answers malloc in this process, so bytes and blocks are not counted",
                     record.process->heap_owner_name)});
  }
  if (!record.damage.empty()) {
    report->not_measured.push_back({"screen", "", "the record is incomplete: " + record.damage});
  }
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

/// Tests of the last iteration that never started, because the process ended before.
void AddTestsThatNeverRan(const Screen& screen, Report* report) {
  const RecordFile& record = screen.record;
  if (record.program_ended || record.iterations.empty()) return;
  std::vector<bool> ran(record.tests.size());
  for (const RecordedRun& run : record.runs) ran[run.test] = true;
  for (std::size_t i = 0; i < record.tests.size(); ++i) {
    if (ran[i]) continue;
    report->not_measured.push_back(
        {"screen", record.tests[i].FullName(), "never ran: the process " + screen.end.Text()});
  }
}

std::string CrashText(const Screen& screen) {
  const RecordFile& record = screen.record;
  const bool running = !record.runs.empty() && !record.runs.back().finished;
  if (record.program_ended && screen.end.how == ProcessEnd::How::kExited) return "";
  if (screen.end.how == ProcessEnd::How::kInterrupted) return "";
  std::string where = record.program_ended ? "after its last test" : "between two tests";
  if (running) where = "in " + record.tests[record.runs.back().test].FullName();
  return fmt::format("the test process {} {}", screen.end.Text(), where);
}

}  // namespace

Result<Screen> RunScreen(const RunOptions& options, const std::string& directory,
                         Progress* progress) {
  RunFiles files;
  files.record = directory + "/screen.rec";
  Screen screen;
  screen.output_path = directory + "/screen.log";
  std::remove(files.record.c_str());
  const RunPlan plan = PlanScreen(options, files);
  RecordWatch watch(files.record,
                    options.timeout_s > 0 ? options.timeout_s : kDefaultPatienceSeconds, progress);
  Command command;
  command.arguments = plan.arguments;
  command.set_environment = plan.set_environment;
  command.unset_environment = plan.unset_environment;
  command.output_path = screen.output_path;
  command.inherit_output = options.verbose;
  command.still_alive = [&watch] { return watch.Look(); };

  progress->Start("screen", 0);
  Result<ProcessEnd> end = RunProcess(command);
  if (!end) {
    Error error = end.error();
    if (error.hint.empty()) error.hint = "Name the test binary after `--`, as you would start it.";
    return error;
  }
  screen.end = end.value();
  Result<std::string> bytes = ReadFile(files.record);
  if (!bytes) return NoHello(options, screen.end, screen.output_path);
  Result<RecordFile> record = ParseRecord(bytes.value());
  if (!record) return record.error();
  screen.record = std::move(record).value();
  ResolveTestFiles(options, &screen.record);
  if (!screen.record.process) return NoHello(options, screen.end, screen.output_path);
  progress->Finish(fmt::format(
      "{} in {}", Counted(static_cast<std::int64_t>(screen.record.tests.size()), "test"),
      HumanDuration(static_cast<std::int64_t>(screen.end.seconds * 1e9))));
  return screen;
}

Report ScreenReport(const Screen& screen, const RunOptions& options,
                    const std::string& source_root) {
  const RecordFile& record = screen.record;
  Report report;
  report.tool_version = MEMPROF_VERSION;
  report.binary = options.command[0];
  report.interrupted = screen.end.how == ProcessEnd::How::kInterrupted;
  report.crash = CrashText(screen);
  report.stages.push_back(fmt::format(
      "screen: {} in {}", Counted(static_cast<std::int64_t>(record.tests.size()), "test"),
      HumanDuration(static_cast<std::int64_t>(screen.end.seconds * 1e9))));

  std::vector<int> position(record.tests.size(), -1);
  for (const RecordedRun& run : record.runs) {
    if (!run.finished && report.interrupted) continue;  // it did nothing wrong
    if (position[run.test] < 0) {
      position[run.test] = static_cast<int>(report.tests.size());
      const RecordedTest& recorded = record.tests[run.test];
      TestReport test;
      test.suite = recorded.suite;
      test.name = recorded.name;
      test.file = PathBelowRoot(recorded.file, source_root);
      test.line = recorded.line;
      test.status = TestStatus::kSkipped;
      report.tests.push_back(std::move(test));
    }
    TestReport& test = report.tests[static_cast<std::size_t>(position[run.test])];
    const TestStatus status = StatusOf(run, screen.end);
    if (Badness(status) > Badness(test.status)) test.status = status;
    if (run.finished) test.iterations.push_back(StatsOf(run.window));
  }
  std::uint32_t threads = 0;
  for (const RecordedIteration& iteration : record.iterations) {
    threads = std::max(threads, iteration.totals.counted_threads);
  }
  if (record.process->heap_counted()) {
    report.peak_error_bytes = threads > 1 ? threads * record::kPeakStep : 0;
  }
  AddGaps(screen, &report);
  AddTestsThatNeverRan(screen, &report);
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
