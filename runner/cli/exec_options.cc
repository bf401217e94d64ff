// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/exec_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "runner/cli/terminal_choice.h"
#include "runner/cli/validators.h"

namespace memprof {
namespace {

constexpr const char* kExecExamples = R"(Examples:
  memprof exec -- ./server --port 8080                  any program, no test needed
  memprof objects --pid 1234                            what it holds now, while it runs
  memprof exec --timeout 60 -- ./server                 at most a minute of it
  memprof exec --fail-on warning -- ./job               exit status 1 where it loses memory
  memprof exec --format text,sarif -o out -- ./job      reports of other kinds
  memprof objects memprof-out                           afterwards: what was alive at its end

The program has the terminal, its input and its output for itself: what memprof says goes to
standard error, and with --quiet only into the files of --out. Ctrl-C goes to the program, and the
report of what it held comes all the same. What it starts by fork or as another program is not
measured; a script's interpreter is. One run shows no growth: what is lost in it is a WARNING. For
GoogleTest programs `memprof run` tells more, test by test.

Exit status: the program's own, or 128 and the number of the signal that ended it · 1 findings at or
above --fail-on, where that is given · 2 usage · 3 the program could not be started, or nothing of it
could be measured, or it was stopped after --timeout)";

}  // namespace

RawExec::RawExec() {
  reporting.fail_on = "never";
  one_time_bytes = static_cast<std::uint64_t>(request.run.thresholds.one_time_bytes);
}

CLI::App* AddExecCommand(CLI::App* app, RawExec* raw) {
  CLI::App* exec = app->add_subcommand(
      "exec", "Runs any program, tracks its memory, and reports what it held when it ended");
  exec->footer(kExecExamples);
  RunOptions& run = raw->request.run;
  exec->add_option("command", run.command, "The program and its arguments, after `--`")
      ->type_name("-- PROGRAM [ARGS]");
  exec->option_defaults()->group("Program");
  exec->add_option("--timeout", run.timeout_s, "Stop it after so many seconds (default: never)")
      ->type_name("S")
      ->check(NotNegative());
  exec->add_option("--plugin", run.plugin,
                   "libmemprof.so to preload (default: the one that came with this memprof)")
      ->type_name("FILE");
  exec->add_flag_callback(
      "--no-waste", [&run] { run.waste = false; },
      "Look for what it keeps alone, and not for what it allocates for nothing");
  exec->add_option("--one-time-bytes", raw->one_time_bytes,
                   "Memory still held at the end that is worth a warning")
      ->type_name("SIZE")
      ->transform(Plain(CLI::AsSizeValue(false)))
      ->capture_default_str();
  AddPolicy(exec, &run, &raw->reporting);
  AddReporting(exec, &run, &raw->reporting);
  exec->get_option("--quiet")->description("Nothing on standard error but what went wrong");
  for (const char* of_tests : {"--ignore-test-failures", "--require", "--gtest-xml"}) {
    exec->get_option(of_tests)->group("");
  }
  exec->add_option("--path-map", raw->path_map, "For binaries built elsewhere; may be repeated")
      ->type_name("OLD=NEW");
  return exec;
}

Result<ExecRequest> TakeExec(const RawExec& raw) {
  auto usage = [](std::string message) {
    return Error{ErrorKind::kUsage, std::move(message), "see: memprof exec --help"};
  };
  ExecRequest request = raw.request;
  RunOptions& run = request.run;
  if (run.command.empty()) return usage("name the program: memprof exec -- ./program");
  TakeReporting(raw.reporting, &run);
  // Standard output is the program's.
  const TerminalFacts facts = FactsOf(STDERR_FILENO);
  run.color = ColorFor(raw.reporting.color, facts);
  run.hyperlinks = HyperlinksFor(raw.reporting.hyperlinks, facts);
  if (const char* preload = std::getenv("LD_PRELOAD")) run.user_preload = preload;
  for (const std::string& pair : raw.path_map) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) return usage("--path-map takes OLD=NEW, and not " + pair);
    run.path_map.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  run.thresholds.one_time_bytes = static_cast<std::int64_t>(raw.one_time_bytes);
  return request;
}

}  // namespace memprof
