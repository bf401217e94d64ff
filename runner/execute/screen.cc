// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/screen.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "runner/analyze/ignored_blocks.h"
#include "runner/analyze/listed_tests.h"
#include "runner/execute/binary_facts.h"
#include "runner/execute/disk_room.h"
#include "runner/execute/files.h"
#include "runner/execute/hung_process.h"
#include "runner/execute/isolate.h"
#include "runner/execute/record_watch.h"
#include "runner/execute/silence.h"
#include "runner/execute/source_root.h"
#include "runner/execute/stream_outcomes.h"
#include "runner/execute/test_list.h"
#include "runner/plan/rerun_plan.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

// A test may take long; nothing finished for five minutes is a hang. Also far below CTest's own
// default limit of 1,500 s, so that the report is written before CTest kills us.
constexpr double kDefaultPatienceSeconds = 300;

/// One run of the whole binary.
struct Attempt {
  ProcessEnd end;
  std::optional<RecordFile> record;  ///< empty when the plugin never said hello

  bool MayTryAgain() const { return !record && end.how == ProcessEnd::How::kExited; }
};

/// Whether memprof is linked in, and a library before it in the loader's order answers malloc:
/// preloaded it comes first.
bool IsBehindAllocator(const RecordedProcess& process) {
  return process.hello.heap_owner == record::kOwnerOther &&
         process.heap_owner_name.find(".so") != std::string::npos;
}

class ScreenRun {
 public:
  ScreenRun(const RunOptions& options, const std::string& directory, Progress* progress)
      : options_(options), directory_(directory), progress_(progress) {
    screen_.output_path = directory + "/screen.log";
    files_.record = directory + "/screen.rec";
  }

  Result<Screen> Run() {
    const BinaryFacts facts = InspectBinary(options_.command[0], directory_);
    Result<PluginChoice> choice = ChoosePlugin(facts);
    if (!choice) {
      if (!facts.is_static || !facts.foreign.empty()) return choice.error();
      return RunUnmeasured(choice.error().message + ". " + choice.error().hint);
    }
    if (*choice != PluginChoice::kPreload) {
      Result<Attempt> attempt = RunOnce();
      if (!attempt) return attempt.error();
      const bool again = attempt->record && facts.privileges.empty() &&
                         IsBehindAllocator(*attempt->record->process);
      if (attempt->record && !again) return Finish(std::move(attempt).value());
      if (!again && !attempt->MayTryAgain()) return Silence(facts, attempt->end);
    }
    Result<PluginLibrary> plugin = FindPluginLibrary(options_.plugin);
    if (!plugin) return plugin.error();
    screen_.plugin = plugin.value();
    screen_.preload = PreloadList(facts, plugin->path);
    options_.preload = screen_.preload;
    AskForResults();
    Result<Attempt> attempt = RunOnce();
    if (!attempt) return attempt.error();
    if (!attempt->record) return Silence(facts, attempt->end);
    if (StoppedAtSecondRun(*attempt)) {
      return RunUnmeasured(
          "the program calls RUN_ALL_TESTS twice, or fails an assertion after it, which "
          "GoogleTest's stream does not survive; with --isolate each test is measured in a process "
          "of its own");
    }
    Join(attempt->end, &*attempt.value().record);
    return Finish(std::move(attempt).value());
  }

 private:
  /// GoogleTest writes one result file: where it is the user's, ours is not asked for.
  void AskForResults() {
    const bool has_output =
        std::getenv("GTEST_OUTPUT") != nullptr || std::getenv("XML_OUTPUT_FILE") != nullptr;
    if (!WritesResults(options_, has_output)) {
      files_.results = directory_ + "/screen.results.json";
    }
  }

  Result<Attempt> RunOnce() {
    std::remove(files_.record.c_str());
    if (!files_.results.empty()) std::remove(files_.results.c_str());
    const RunPlan plan = PlanScreen(options_, files_);
    RecordWatch watch(files_.record, screen_.unmeasured.empty() ? "" : screen_.output_path,
                      options_.timeout_s > 0 ? options_.timeout_s : kDefaultPatienceSeconds,
                      progress_);
    Command command;
    command.arguments = plan.arguments;
    command.set_environment = plan.set_environment;
    command.unset_environment = plan.unset_environment;
    command.output_path = screen_.output_path;
    command.inherit_output = options_.verbose;
    command.still_alive = [&watch] { return watch.Look(); };
    command.before_kill = [&](pid_t pid) { screen_.hung = StacksOfHung(pid, files_.record); };
    progress_->Start("screen");
    Result<ProcessEnd> end = RunProcess(command);
    if (!end) {
      Error error = end.error();
      if (error.hint.empty()) {
        error.hint = "Name the test binary after `--`, as you would start it.";
      }
      return error;
    }
    Attempt attempt;
    attempt.end = end.value();
    Result<std::string> bytes = ReadFile(files_.record);
    if (!bytes) return attempt;
    Result<RecordFile> record = ParseRecord(bytes.value());
    if (!record) return ErrorOfRecord(files_.record, record.error());
    TakeOffIgnored(&record.value());
    if (record->process) attempt.record = std::move(record).value();
    return attempt;
  }

  Error Silence(const BinaryFacts& facts, const ProcessEnd& end) const {
    Error error = ExplainSilence(options_, facts, end, directory_);
    if (end.how != ProcessEnd::How::kTimedOut) return error;
    const std::string where = WhereItHung(screen_.hung, options_);
    if (!where.empty()) error.message += "; it was " + where;
    return error;
  }

  /// GoogleTest's streaming listener closes its connection at the end of RUN_ALL_TESTS, and aborts
  /// at the begin of a second one, and at an assertion that fails afterwards.
  bool StoppedAtSecondRun(const Attempt& attempt) const {
    const bool aborted_after = attempt.record->program_ended &&
                               attempt.end.how == ProcessEnd::How::kSignalled &&
                               attempt.end.code == SIGABRT;
    return aborted_after && (options_.verbose || SaysSecondRun(screen_.output_path));
  }

  /// The tests are run to their end, and GoogleTest's own results are all that is known of them.
  Result<Screen> RunUnmeasured(std::string why) {
    AskForResults();
    options_.preload.clear();
    screen_.unmeasured = std::move(why);
    Result<Attempt> attempt = RunOnce();
    if (!attempt) return attempt.error();
    screen_.preload.clear();
    screen_.end = attempt->end;
    screen_.record = UnmeasuredRecord(ResultsWithoutPlugin());
    return Finished();
  }

  /// By GoogleTest's result file, or where that is the user's or was never written by the list of
  /// tests and the marks in what was printed.
  std::vector<GtestCase> ResultsWithoutPlugin() const {
    if (Result<std::string> text = ReadFile(files_.results); text.ok()) {
      if (auto results = ParseGtestJson(text.value()); results.ok() && !results->empty()) {
        return results.value();
      }
    }
    const Result<std::vector<RecordedTest>> planned = ListPlannedTests(options_, directory_);
    if (!planned) return {};
    const Result<std::string> output = ReadFile(screen_.output_path);
    const bool exited = screen_.end.how == ProcessEnd::How::kExited;
    return ResultsByMarks(planned.value(), output.ok() ? output.value() : "", exited);
  }

  void Join(const ProcessEnd& end, RecordFile* record) {
    if (record->process->boundary_source != record::kFromStream) return;
    Result<std::vector<RecordedTest>> planned = ListPlannedTests(options_, directory_);
    if (planned) {
      JoinPlanned(planned.value(), record);
    } else {
      progress_->Note(planned.error().message + "; so the lines of the tests are not known");
    }
    JoinOutcomes(end, files_.results, screen_.output_path, record);
  }

  Result<Screen> Finish(Attempt attempt) {
    screen_.end = attempt.end;
    screen_.record = std::move(*attempt.record);
    return Finished();
  }

  Result<Screen> Finished() {
    ResolveTestFiles(options_, &screen_.record);
    progress_->Finish(fmt::format(
        "{} in {}", Counted(static_cast<std::int64_t>(screen_.record.tests.size()), "test"),
        HumanDuration(static_cast<std::int64_t>(screen_.end.seconds * 1e9))));
    return std::move(screen_);
  }

  RunOptions options_;
  const std::string& directory_;
  Progress* progress_;
  RunFiles files_;
  Screen screen_;
};

}  // namespace

Result<Screen> RunScreen(const RunOptions& options, const std::string& directory,
                         Progress* progress) {
  if (options.isolate) return RunIsolatedScreen(options, directory, progress);
  return ScreenRun(options, directory, progress).Run();
}

}  // namespace memprof
