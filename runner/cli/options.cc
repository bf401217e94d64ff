// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include "runner/cli/completion.h"
#include "runner/cli/doctor_options.h"
#include "runner/cli/exec_options.h"
#include "runner/cli/report_options.h"
#include "runner/cli/reporting_options.h"
#include "runner/cli/scan_options.h"
#include "runner/cli/terminal_choice.h"
#include "runner/cli/threshold_options.h"
#include "runner/cli/validators.h"
#include "runner/cli/view_options.h"

namespace memprof {
namespace {

constexpr const char* kSeeHelp = "see: memprof run --help";

constexpr const char* kExamples = R"(Examples:
  memprof run -- build/foo_test                         all tests once, the suspects again
  memprof run -- ./any_gtest_binary                     one that memprof is not linked into, as it is
  memprof run --filter 'Cache.*' -- build/foo_test      some tests
  memprof run --no-waste -- build/foo_test              leaks alone: quicker
  memprof run --only screen -- build/foo_test           a quick look: what each test keeps
  memprof run --only trace -- build/foo_test            all tests traced, no LeakSanitizer, no massif
  memprof run --isolate -- build/foo_test               each test in a process of its own
  memprof run --repeat 3 -- build/foo_test              a screen of three iterations
  memprof run --peak-budget 64MiB -- build/foo_test     no test may use more than that at once
  memprof run --kept-budget 0 --allocation-budget 10000 -- build/foo_test      nor keep, or allocate, more
  memprof run --pairs known -- build/foo_test           objects of sqlite3, cairo ... not released
  memprof run --pairs app.pairs -- build/foo_test       and of yours: lines like: widget_new widget_free
  memprof run --fail-on warning --require lsan -- build/foo_test      strict, for CI
  memprof run --write-baseline known.json -- build/foo_test           what there is today is known,
  memprof run --baseline known.json -- build/foo_test                 and what is new or worse fails
  memprof run --suppressions leaks.supp -- build/foo_test             some findings left out

A program built with a sanitizer is run as it is: its own leak check takes the place of LeakSanitizer's
library, and what its runtime rules out is "not measured".

After a fix, run again with another --out, and compare: memprof diff memprof-out NEW

Every option can stand in a memprof.toml, below [run], without its dashes; it is found from the
source root upwards, or named with --config FILE.

Exit status: 0 nothing at or above --fail-on · 1 findings · 2 usage · 3 the tests or a required tool
could not be run to the end · 4 tests failed · 130 interrupted)";

/// Steps of a series that can show growth: two turns of one that rests every fourth run.
constexpr int kFewestSteps = 8;

/// The options as text, before they are checked against each other.
struct RawOptions {
  RawReporting reporting;
  std::string stage = "all";
  std::string only;
  std::vector<std::string> path_map;
  RawThresholds thresholds;
};

/// From the source root upwards, where the command line names one; else from where we are.
std::string FindConfigFile(int argc, const char* const* argv) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path start = fs::current_path(error);
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") break;
    if (argument == "--source-root") start = fs::absolute(argv[i + 1], error);
    if (argument.starts_with("--source-root=")) start = fs::absolute(argument.substr(14), error);
  }
  for (fs::path at = start; !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / "memprof.toml", error)) return (at / "memprof.toml").string();
    if (at == at.root_path()) break;
  }
  return "";
}

void AddWhatToRun(CLI::App* run, RunOptions* options, RawOptions* raw) {
  run->add_option("command", options->command,
                  "The test binary and GoogleTest's flags for it, after `--`")
      ->type_name("-- BINARY [FLAGS]");
  run->option_defaults()->group("Tests");
  run->add_option("--filter", options->filter, "Tests to run, in GoogleTest's syntax")
      ->type_name("PATTERN");
  run->add_option("--repeat", options->repeat, "Iterations of the screen (default: one)")
      ->type_name("N")
      ->check(NotNegative());
  run->add_option("--only", raw->only,
                  "End after a stage: screen (each test's window, no reruns), or trace (all tests "
                  "traced, no other tools)")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"screen", "trace"}));
  run->add_flag(
      "--isolate", options->isolate,
      "The screen runs each test in a process of its own: for tests that spoil each other, "
      "and for a main that calls RUN_ALL_TESTS twice");
  run->add_flag_callback(
      "--no-waste", [options] { options->waste = false; },
      "Look for leaks alone, and not for what tests allocate for nothing");
}

void AddTools(CLI::App* run, RunOptions* options) {
  run->option_defaults()->group("Reruns and tools");
  run->add_option("--plugin", options->plugin,
                  "libmemprof.so to preload where it is not linked in (default: the one that came "
                  "with this memprof)")
      ->type_name("FILE");
  run->add_option("-j,--jobs", options->jobs, "Reruns at once (default: one a core)")
      ->type_name("N")
      ->check(NotNegative());
  run->add_option(
         "--timeout", options->timeout_s,
         "Limit in seconds: for the screen, without progress (default 300); for each rerun "
         "(default: 20 times its native time, 60 at least)")
      ->type_name("S")
      ->check(NotNegative());
  run->add_option("--tools", options->tools,
                  "Tools for suspects: lsan, massif, or none (default: both)")
      ->delimiter(',')
      ->type_name("LIST")
      ->check(CLI::IsMember({"lsan", "massif", "none"}));
  run->add_option(
         "--lsan-binary", options->lsan_binary,
         "The same tests built with -fsanitize=leak, to run in place of a preloaded liblsan")
      ->type_name("FILE")
      ->check(Plain(CLI::ExistingFile));
  run->add_option("--lsan-library", options->lsan_library, "LeakSanitizer's library to preload")
      ->type_name("FILE")
      ->capture_default_str();
  run->add_option("--valgrind", options->valgrind, "Valgrind's launcher")
      ->type_name("FILE")
      ->capture_default_str();
}

void AddPairs(CLI::App* run, RunOptions* options) {
  run->add_option(
         "--pairs", options->pairs,
         "C functions that acquire and release objects, a file with a pair a line "
         "(sqlite3_open(*2) sqlite3_close==0), or `known` for those that memprof knows: "
         "sqlite3, cairo, zlib, Expat, libxml2, curl, OpenSSL, libarchive; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->check(Plain(CLI::ExistingFile | CLI::IsMember({"known"})));
}

/// For CTest; not for people, so not in --help.
void AddStages(CLI::App* run, RunOptions* options, RawOptions* raw) {
  run->add_option("--stage", raw->stage)
      ->check(CLI::IsMember({"all", "screen", "test", "report"}))
      ->group("");
  run->add_option("--test", options->test)->group("");
}

Result<Request> Finish(RunOptions options, const RawOptions& raw) {
  auto usage = [](std::string message) {
    return Error{ErrorKind::kUsage, std::move(message), kSeeHelp};
  };
  if (options.command.empty()) {
    return usage("name the test binary: memprof run -- build/foo_test");
  }
  TakeReporting(raw.reporting, &options);
  const std::map<std::string, Stage> stages = {{"all", Stage::kAll},
                                               {"screen", Stage::kScreen},
                                               {"test", Stage::kTest},
                                               {"report", Stage::kReport}};
  options.stage = stages.at(raw.stage);
  if (options.stage == Stage::kTest && options.test.empty()) {
    return usage("--stage test needs --test SUITE.NAME");
  }
  if (raw.only == "screen") options.only = Only::kScreen;
  if (raw.only == "trace") options.only = Only::kTrace;
  if (options.only != Only::kEverything && options.stage != Stage::kAll) {
    return usage("--only is for a whole run, and --stage does a part");
  }
  if (const char* preload = std::getenv("LD_PRELOAD")) options.user_preload = preload;
  for (const std::string& pair : raw.path_map) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) return usage("--path-map takes OLD=NEW, and not " + pair);
    options.path_map.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  std::erase(options.tools, "none");
  for (const std::string& tool : options.failure.required_tools) {
    if ((tool == "lsan" || tool == "massif") && !options.Uses(tool)) {
      return usage("--require " + tool + " contradicts --tools, which leaves it out");
    }
    const bool needs_reruns = tool == "lsan" || tool == "massif" || tool == "triage";
    if ((options.only == Only::kScreen && needs_reruns) ||
        (options.only == Only::kTrace && needs_reruns && tool != "triage")) {
      return usage(
          fmt::format("--require {} contradicts --only {}, which leaves it out", tool, raw.only));
    }
  }
  TakeThresholds(raw.thresholds, &options.thresholds);
  const Thresholds& thresholds = options.thresholds;
  // Fewer steps than these could never be called growth, and everything would look clean.
  const int fewest_runs = thresholds.growth.warm_up + kFewestSteps + 1;
  if (thresholds.triage_runs < fewest_runs) {
    return usage(fmt::format("--triage-runs {} is too few for --warm-up {}: it takes {} at least",
                             thresholds.triage_runs, thresholds.growth.warm_up, fewest_runs));
  }
  if (thresholds.max_runs < thresholds.triage_runs) {
    return usage(fmt::format("--max-runs {} is less than --triage-runs {}", thresholds.max_runs,
                             thresholds.triage_runs));
  }
  if (thresholds.min_runs_for_critical > thresholds.max_runs) {
    return usage(
        fmt::format("--min-runs-for-critical {} is more than --max-runs {}: nothing could "
                    "be critical",
                    thresholds.min_runs_for_critical, thresholds.max_runs));
  }
  for (const std::string& argument : options.command) {
    if (argument == "--gtest_repeat=-1") {
      return usage("--gtest_repeat=-1 never ends; give a number");
    }
  }
  options.live_progress = TakesLiveLine(FactsOf(STDERR_FILENO));
  if (options.jobs == 0) {
    options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }
  return Request{std::move(options)};
}

}  // namespace

Result<Request> ParseCommandLine(int argc, const char* const* argv) {
  RunOptions options;
  RawOptions raw;
  CLI::App app{
      "What memory, descriptors, threads and mappings each GoogleTest test keeps, and why"};
  app.name("memprof");
  app.set_version_flag("--version", std::string("memprof ") + MEMPROF_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer(kExamples);
  CLI::App* run = app.add_subcommand(
      "run", "Screens all tests, runs the suspects again, and reports what they keep");
  run->footer(kExamples);
  run->fallthrough();
  run->configurable();
  AddWhatToRun(run, &options, &raw);
  AddTools(run, &options);
  AddPairs(run, &options);
  AddScanOfRun(run, &options);
  AddPolicy(run, &options, &raw.reporting);
  AddReporting(run, &options, &raw.reporting);
  run->add_option("--path-map", raw.path_map, "For binaries built elsewhere; may be repeated")
      ->type_name("OLD=NEW");
  AddThresholds(run, &options.thresholds, &raw.thresholds);
  AddStages(run, &options, &raw);
  DumpRequest dump;
  const CLI::App* dump_command = AddDumpCommand(&app, &dump);
  RawDiff raw_diff;
  const CLI::App* diff_command = AddDiffCommand(&app, &raw_diff);
  ReportRequest report;
  RawReporting raw_report;
  const CLI::App* report_command = AddReportCommand(&app, &report, &raw_report);
  RawDoctor raw_doctor;
  const CLI::App* doctor_command = AddDoctorCommand(&app, &raw_doctor);
  RawExec raw_exec;
  const CLI::App* exec_command = AddExecCommand(&app, &raw_exec);
  RawViews raw_views;
  AddViewCommands(&app, &raw_views);
  std::string shell;
  const CLI::App* completion_command = AddCompletionCommand(&app, &shell);
  RawScan raw_scan;
  const CLI::App* scan_command = AddScanCommand(&app, &raw_scan);
  const std::string config_path = FindConfigFile(argc, argv);
  // A misspelt key must not pass for one that was never written.
  app.allow_config_extras(CLI::config_extras_mode::error);
  run->allow_config_extras(CLI::config_extras_mode::error);
  app.set_config("--config", config_path, "Options as a file: key = value below [run]")
      ->type_name("memprof.toml");

  if (argc > 1 && std::string_view(argv[1]) == kCompleteCommand) {
    auto candidates = CandidatesFor(app, std::vector<std::string>(argv + 2, argv + argc));
    if (auto* names = std::get_if<CompletionRequest>(&candidates)) return Request{*names};
    return Request{PrintAndExit{std::get<std::string>(candidates), 0}};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    std::ostringstream text;
    app.exit(success, text, text);
    return Request{PrintAndExit{text.str(), 0}};
  } catch (const CLI::ParseError& error) {
    if (argc <= 1) return Request{PrintAndExit{app.help(), 2}};
    if (argc > 1 && error.get_name() == "RequiredError" && app.get_subcommands().empty()) {
      return Error{ErrorKind::kUsage, fmt::format("there is no command `{}`", argv[1]), kSeeHelp};
    }
    if (error.get_name() == "ConfigError") {
      return Error{ErrorKind::kUsage,
                   fmt::format("{} has an unknown key, or one outside [run]: {}",
                               app.get_config_ptr()->as<std::string>(), std::string(error.what())),
                   "its keys are the options' names without the dashes; " + std::string(kSeeHelp)};
    }
    const std::vector<CLI::App*> parsed = app.get_subcommands();
    const std::string hint =
        parsed.empty() ? kSeeHelp : fmt::format("see: memprof {} --help", parsed[0]->get_name());
    return Error{ErrorKind::kUsage, error.what(), hint};
  }
  if (dump_command->parsed()) return Request{dump};
  if (doctor_command->parsed()) return Request{TakeDoctor(raw_doctor)};
  if (scan_command->parsed()) {
    Result<std::variant<ScanRequest, std::string>> taken = TakeScan(std::move(raw_scan));
    if (!taken) return taken.error();
    if (auto* text = std::get_if<std::string>(&taken.value())) {
      return Request{PrintAndExit{std::move(*text), 0}};
    }
    return Request{std::get<ScanRequest>(std::move(taken).value())};
  }
  if (diff_command->parsed()) return Request{TakeDiff(raw_diff)};
  if (exec_command->parsed()) {
    Result<ExecRequest> taken = TakeExec(raw_exec);
    if (!taken) return taken.error();
    return Request{std::move(taken).value()};
  }
  if (report_command->parsed()) {
    Result<ReportRequest> taken = TakeReport(std::move(report), raw_report);
    if (!taken) return taken.error();
    return Request{std::move(taken).value()};
  }
  if (completion_command->parsed()) return Request{PrintAndExit{CompletionScript(shell), 0}};
  if (ParsedView(raw_views) != nullptr) {
    Result<ViewRequest> taken = TakeView(raw_views);
    if (!taken) return taken.error();
    return Request{std::move(taken).value()};
  }
  return Finish(std::move(options), raw);
}

}  // namespace memprof
