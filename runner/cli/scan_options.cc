// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/scan_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "runner/cli/terminal_choice.h"
#include "runner/cli/validators.h"
#include "runner/plan/report_request.h"
#include "runner/scan/rule_table.h"

namespace memprof {
namespace {

constexpr const char* kScanExamples = R"(Examples:
  memprof scan -p build                                 all code of the build below the source root
  memprof scan                                          the nearest compile_commands.json
  memprof scan -p build src/cache src/bus.cc            tell of these alone; all is read for it
  memprof scan -p build --out scan --format all         reports of every kind
  memprof scan -p build --baseline known.json           for CI: what is new fails
  memprof scan -p build --format sarif > scan.sarif     one other format
  memprof scan --list-rules                             what it looks for
  memprof scan --explain reference-cycle                with code that fires and code that does not

The build needs a compile_commands.json: cmake -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, and must
have been built once where it generates headers. All files are read before anything is judged: what
grows in one and is trimmed in another is fine. What is found is a risk until a test shows growth,
so it is a WARNING at most: memprof run --with-scan brings both together.

What is meant so stays, with its reason, at the line or alone above it:
  std::map<Key, Rate> rates;  // memprof: keep - one entry a currency
--suppressions and --baseline hold for the scan too (kind `risk`).

Exit status: 0 nothing at or above --fail-on · 1 findings · 2 usage · 3 nothing could be read ·
130 interrupted)";

}  // namespace

CLI::App* AddScanCommand(CLI::App* app, RawScan* raw) {
  CLI::App* scan = app->add_subcommand(
      "scan", "Looks for the leak patterns in the source, before any test runs");
  scan->footer(kScanExamples);
  ScanRequest& request = raw->request;
  scan->add_option(
          "-p,--build", request.build,
          "compile_commands.json, or the directory that has it (default: the nearest, from "
          "here upwards and in build*)")
      ->type_name("DIR|FILE");
  scan->add_option("PATHS", request.paths,
                   "Files and directories to tell of (default: all below the source root but the "
                   "build)")
      ->type_name("PATH ...");
  request.jobs = 0;
  scan->add_option("-j,--jobs", request.jobs, "Files read at once (default: one a core)")
      ->type_name("N")
      ->check(NotNegative());
  scan->add_option(
          "--pairs", request.pairs,
          "C functions that acquire and release objects, beside those that memprof knows: a file "
          "with a pair a line (sqlite3_open(*2) sqlite3_close==0); may be repeated. `known` is "
          "taken too: it is so already")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->check(Plain(CLI::ExistingFile | CLI::IsMember({"known"})));
  scan->add_flag("--analyzer,!--no-analyzer", request.analyzer,
                 "Clang's static analyzer looks at the files that are told of too, and what it "
                 "finds is joined: it takes about five times as long (default: no)");
  scan->add_flag("--list-rules", raw->list_rules, "What it looks for");
  scan->add_option("--explain", raw->explain, "One rule, with examples")->type_name("RULE");
  raw->reporting.fail_on = "warning";  // nothing that a scan finds is more
  AddPolicy(scan, &request, &raw->reporting);
  AddReporting(scan, &request, &raw->reporting);
  return scan;
}

Result<std::variant<ScanRequest, std::string>> TakeScan(RawScan raw) {
  using Taken = std::variant<ScanRequest, std::string>;
  if (raw.list_rules) return Taken(scan::RuleListText());
  if (!raw.explain.empty()) {
    if (std::optional<std::string> text = scan::RuleText(raw.explain)) return Taken(*text);
    std::vector<std::string> names;
    for (const scan::Rule& rule : scan::Rules()) names.push_back(Name(rule.pattern));
    return Error{ErrorKind::kUsage, fmt::format("there is no rule `{}`", raw.explain),
                 fmt::format("the rules are {}", fmt::join(names, ", "))};
  }
  ScanRequest request = std::move(raw.request);
  TakeReporting(raw.reporting, &request);
  if (!request.out.empty() && request.formats.empty()) request.formats = DefaultFormats();
  const bool any_file =
      !std::all_of(request.formats.begin(), request.formats.end(), NeedsNoDirectory);
  if (request.out.empty() && any_file && request.formats.size() > 1) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--format {} makes several files, and --out names no directory for "
                             "them",
                             fmt::join(request.formats, ",")),
                 "add --out DIR, or ask for one format, which is printed"};
  }
  request.live_progress = TakesLiveLine(FactsOf(STDERR_FILENO));
  if (request.jobs == 0) {
    request.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }
  return Taken(std::move(request));
}

void AddScanOfRun(CLI::App* run, RunOptions* options) {
  run->option_defaults()->group("Scan");
  run->add_flag("--with-scan", options->with_scan,
                "Reads the source too, before the tests run (memprof scan): a risk that a test "
                "shows is part of its finding, the others are WARNINGs of their own. Not in the "
                "stages of CTest");
  run->add_option("-p,--scan-build", options->scan_build,
                  "Its compile_commands.json, or the directory that has it (default: the nearest "
                  "to the test binary)")
      ->type_name("DIR|FILE");
}

}  // namespace memprof
