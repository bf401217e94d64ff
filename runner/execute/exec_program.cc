// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/exec_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "gtest_plugin/record/format.h"
#include "runner/execute/binary_facts.h"
#include "runner/execute/files.h"
#include "runner/execute/foreground_process.h"
#include "runner/execute/plugin_library.h"
#include "runner/execute/snapshot_service.h"
#include "runner/plan/exec_plan.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// A program that is to be stopped is asked first; one that hangs may not answer.
constexpr double kPatienceBeforeKill = 60;

/// Someone waits who sent a signal.
constexpr double kPatienceBeforeSignal = 2;

void Say(const std::string& text) {
  const std::string line = "memprof: " + text + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string FirstBytes(const std::string& path) {
  std::array<char, 256> bytes = {};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

/// Why nothing could be loaded into the program, which is not started then.
std::optional<Error> WhyUntrackable(const BinaryFacts& facts) {
  const auto refuse = [&facts](const std::string& what, std::string hint) {
    return Error{ErrorKind::kUnsupported,
                 fmt::format("{} {}, so libmemprof.so cannot be preloaded: it was not started",
                             facts.path, what),
                 std::move(hint)};
  };
  if (!facts.is_program) return std::nullopt;
  if (!facts.foreign.empty()) {
    return refuse("is " + facts.foreign, "Build it for the machine that memprof was built for.");
  }
  if (facts.is_static) {
    return refuse("is statically linked",
                  "Build it without -static (and -static-pie): a static program loads no library, "
                  "so nothing can count its memory. Valgrind's massif can, slowly.");
  }
  if (!facts.privileges.empty()) {
    return refuse(fmt::format("runs with other privileges ({})", facts.privileges),
                  "The loader ignores LD_PRELOAD for such programs. Run a copy without them (cp "
                  "drops them), or run memprof as root.");
  }
  return std::nullopt;
}

/// The signals of someone who wants a program to end.
bool IsAskedFor(int signal) {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT ||
         signal == SIGPIPE;
}

std::string RecordPath(const std::string& work) { return work + "/exec.rec"; }
std::string AskedPath(const std::string& work) { return work + "/exec.asked.rec"; }

/// Of the program, and of those that it may have replaced itself by.
std::vector<std::string> RecordPaths(const std::string& work) {
  const std::string first = RecordPath(work);
  std::vector<std::string> paths = {first};
  for (std::uint32_t i = 1; i <= record::kMostExecutables; ++i) {
    paths.push_back(fmt::format("{}{}{}", first, record::kExecutableSuffix, i));
  }
  return paths;
}

class Execution {
 public:
  Execution(const RunOptions& options, const std::string& work)
      : options_(options),
        record_path_(RecordPath(work)),
        asked_path_(AskedPath(work)),
        work_(work) {}

  Result<ExecutedProgram> Run() {
    BinaryFacts facts = InspectBinary(options_.command[0], work_);
    if (const std::string interpreter = InterpreterOf(FirstBytes(facts.path));
        !interpreter.empty()) {
      done_.notes.push_back(fmt::format("{} is a script: what is tracked is its interpreter, {}",
                                        options_.command[0], interpreter));
      facts = InspectBinary(interpreter, work_);
    }
    if (auto why_not = WhyUntrackable(facts)) return *std::move(why_not);
    const Result<PluginLibrary> plugin = FindPluginLibrary(options_.plugin);
    if (!plugin) return plugin.error();
    options_.preload = PreloadList(facts, plugin->path);
    if (facts.has_gtest) {
      done_.notes.push_back(fmt::format(
          "it is a GoogleTest program, here measured as a whole. Test by test: memprof run -- {}",
          options_.command[0]));
    }
    Result<ProcessEnd> end = Start();
    if (!end) return end.error();
    done_.end = std::move(end).value();
    const std::optional<Error> nothing = ReadRecord();
    if (nothing) return *nothing;
    Complete();
    return std::move(done_);
  }

 private:
  void AddGap(std::string why) { done_.gaps.push_back({"exec", "", std::move(why)}); }

  Result<ProcessEnd> Start() {
    RemoveExecRecords(work_);
    RunFiles files;
    files.record = record_path_;
    const char* service = std::getenv(record::kServiceVariable);
    const RunPlan plan = PlanExec(options_, files, service != nullptr ? service : "");
    Command command;
    command.arguments = plan.arguments;
    command.set_environment = plan.set_environment;
    command.unset_environment = plan.unset_environment;
    command.time_limit_s = options_.timeout_s;
    command.before_kill = [this](pid_t pid) { Ask(pid, kPatienceBeforeKill); };
    const auto started = [this](pid_t pid) {
      done_.measured.pid = pid;
      if (!options_.quiet) Say(fmt::format("tracking PID {0}: memprof objects --pid {0}", pid));
    };
    const auto before_fatal = [this](pid_t pid) { Ask(pid, kPatienceBeforeSignal); };
    Result<ProcessEnd> end = RunInForeground(command, started, before_fatal);
    if (!end && end.error().hint.empty()) {
      Error error = end.error();
      error.hint = "Name the program after `--`, as you would start it.";
      return error;
    }
    return end;
  }

  /// What it holds now, for it will not come to its end.
  void Ask(pid_t pid, double patience_s) {
    const Result<record::ServiceReply> reply = AskForSnapshot(pid, asked_path_, patience_s);
    if (reply) {
      was_asked_ = true;
      done_.measured.paused_ns = static_cast<std::int64_t>(reply->paused_ns);
    } else {
      AddGap("it could not be asked before it was stopped: " + reply.error().message);
    }
  }

  static std::optional<RecordFile> Read(const std::string& path) {
    const Result<std::string> bytes = ReadFile(path);
    if (!bytes) return std::nullopt;
    Result<RecordFile> record = ParseRecord(bytes.value());
    if (!record || !record->process) return std::nullopt;
    return std::move(record).value();
  }

  static bool IsWhole(const RecordFile& record) {
    return !record.iterations.empty() && record.iterations.back().finished;
  }

  /// The record that tells most: the last program's own at its end, what it answered, or how far it
  /// was known before it was killed.
  std::optional<Error> ReadRecord() {
    MeasuredProgram& measured = done_.measured;
    std::string last;
    for (const std::string& path : RecordPaths(work_)) {
      if (access(path.c_str(), F_OK) == 0 && Read(path)) last = path;
    }
    if (last.empty()) {
      return Error{ErrorKind::kProcess,
                   fmt::format("{} {}, and libmemprof.so in it never spoke: nothing was measured",
                               options_.command[0], done_.end.Text()),
                   "What it starts may be another program that drops LD_PRELOAD (sudo, a static "
                   "or setuid one). Name the program itself after `--`."};
    }
    measured.record = *Read(last);
    measured.record_path = last;
    if (last != record_path_) {
      done_.notes.push_back(fmt::format("it replaced itself by another program: measured is {}",
                                        measured.record.process->executable));
    }
    if (IsWhole(measured.record)) return std::nullopt;
    if (was_asked_) {
      if (auto asked = Read(asked_path_); asked && IsWhole(*asked)) {
        measured.record = *std::move(asked);
        measured.record_path = asked_path_;
        done_.notes.push_back(
            "it was asked before it was ended: what is told is what it held just then");
        return std::nullopt;
      }
    }
    const std::string checkpoint = last + record::kCheckpointSuffix;
    if (auto before = Read(checkpoint); before && IsWhole(*before)) {
      measured.record = *std::move(before);
      measured.record_path = checkpoint;
      const double uptime =
          measured.record.ending ? static_cast<double>(measured.record.ending->uptime_ns) : 0;
      AddGap(fmt::format(
          "it {} before it could say what it held: what is told is of {} after its start",
          done_.end.Text(), HumanDuration(static_cast<std::int64_t>(uptime))));
    } else {
      AddGap(fmt::format("it {} before it could say what it held", done_.end.Text()));
    }
    return std::nullopt;
  }

  void Complete() {
    MeasuredProgram& measured = done_.measured;
    const ProcessEnd& end = done_.end;
    measured.end = end.how == ProcessEnd::How::kTimedOut ? "was stopped" : end.Text();
    measured.wall_ns = static_cast<std::int64_t>(end.seconds * 1e9);
    if (end.how == ProcessEnd::How::kSignalled && !IsAskedFor(end.code)) {
      done_.crash = "the process " + end.Text();
    } else if (end.how == ProcessEnd::How::kTimedOut) {
      done_.crash = fmt::format("the process {}, its --timeout", end.Text());
    }
    if (!measured.record.ending) return;
    const record::Ending& ending = *measured.record.ending;
    if (ending.kind == record::kCalledDaemon) {
      AddGap(
          "it became a daemon: what was measured is the process that started it, and its child, "
          "which lives on, is not. Most servers have an option to stay in the foreground");
    } else if (ending.forks > 0) {
      done_.gaps.push_back({"fork", "",
                            fmt::format("{} that it made by fork {} not measured",
                                        Counted(ending.forks, "process", "processes"),
                                        ending.forks == 1 ? "was" : "were")});
    }
  }

  RunOptions options_;
  const std::string record_path_;
  const std::string asked_path_;
  const std::string& work_;
  bool was_asked_ = false;
  ExecutedProgram done_;
};

}  // namespace

void RemoveExecRecords(const std::string& work) {
  std::vector<std::string> paths = RecordPaths(work);
  paths.push_back(AskedPath(work));
  for (const std::string& path : paths) {
    for (const char* suffix : {"", ".heap0", record::kCheckpointSuffix}) {
      std::remove((path + suffix).c_str());
    }
  }
}

Result<ExecutedProgram> ExecProgram(const RunOptions& options, const std::string& work) {
  return Execution(options, work).Run();
}

}  // namespace memprof
