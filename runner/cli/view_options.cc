// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/view_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <utility>

#include "runner/cli/terminal_choice.h"
#include "runner/cli/validators.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

/// What --help says of a view; its name is that of Views().
struct ViewHelp {
  View view;
  const char* selector;  ///< "FILE"; empty where the view takes none
  const char* selector_help;
  const char* description;
  const char* examples;
};

constexpr const char* kResults =
    "Results: directories of --out or above such ones, or report.json files (default: memprof-out)";

constexpr ViewHelp kHelp[] = {
    {View::kLeaks, "", "", "What leaks: every finding of memory that is lost or grows, worst first",
     R"(Examples:
  memprof leaks                                  of memprof-out, where a run left its result
  memprof leaks build/                           of all results below it, as CTest leaves them
  memprof leaks --test 'Cache.*'                 of some tests
  memprof leaks --format json | jq -r '.leaks[].location.file' | sort | uniq -c

All about one of the tests: memprof diagnose TEST

Exit status: 0 it was answered, whatever leaks · 2 usage, or a name that matches nothing)"},
    {View::kHandles, "", "",
     "Descriptors, threads, mappings and library objects: what each test keeps of them",
     R"(Examples:
  memprof handles                                findings, and what each test kept
  memprof handles --test 'Server.*' --all        each iteration of some tests
  memprof handles build/ --format json

Objects of libraries are counted where the run was told their functions: memprof run --pairs known

Exit status: 0 it was answered, whatever is kept · 2 usage, or a name that matches nothing)"},
    {View::kObjects, "", "",
     "The largest and most numerous objects alive, by type and by call, at the end and at the peak",
     R"(Examples:
  memprof objects                                of all tests that were traced
  memprof objects --test Cache.Lookup            of one
  memprof objects --by type --at peak            types, when the test's memory was largest
  memprof objects --pid 4711                     of a process that runs, with memprof's tracker in it

Exit status: 0 it was answered · 2 usage, or a name that matches nothing · 3 the process cannot be
asked)"},
    {View::kLines, "FILE", "The file, as findings name it, or its last parts: cache.cc",
     "A source file line by line: what each line allocated, kept and had at the peak",
     R"(Examples:
  memprof lines src/cache.cc                     lines that allocate, with some around them
  memprof lines cache.cc --all                   the whole file
  memprof lines cache.cc build/ --test Cache.Lookup

The first name is the file, the second the result.

Exit status: 0 it was answered · 2 usage, or a name that matches nothing)"},
    {View::kPatterns, "FUNCTION",
     "The function, without arguments or with; also Cache::* as a glob",
     "How a function, and what it calls, allocates: sizes, lifetimes, temporaries, reallocations",
     R"(Examples:
  memprof patterns Cache::Insert                 it and what it calls
  memprof patterns 'app::Cache::*' build/        all of a class
  memprof patterns Cache::Insert --test Cache.Lookup --format json

The first name is the function, the second the result.

Exit status: 0 it was answered · 2 usage, or a name that matches nothing)"},
    {View::kRecommend, "MODULE",
     "A directory, a file, a library or a namespace (default: everything)",
     "What to change, ranked by what it saves; nothing counted twice",
     R"(Examples:
  memprof recommend                              all fixes of memprof-out
  memprof recommend src/cache                    those in a directory; or a file: src/cache.cc
  memprof recommend app::net                     or a namespace; or a library: libnet.so
  memprof recommend src/cache build/             of other results
  memprof recommend --format json | jq -r '.recommendations[] | [.bytes, .summary] | @tsv'

A single name that is a result (it has a report.json) is taken for one.

Exit status: 0 it was answered · 2 usage, or a name that matches nothing)"},
    {View::kDiagnose, "TEST", "The test's full name, or a filter of GoogleTest: 'Cache.*'",
     "Everything that is known of one test",
     R"(Examples:
  memprof diagnose Cache.Lookup                  of memprof-out
  memprof diagnose 'Cache.*' build/              each of some tests, of other results
  memprof diagnose Cache.Lookup --format json

The first name is the test, the second the result.

Exit status: 0 it was answered, whatever was found · 2 usage, or a name that matches nothing)"},
};

void AddChoices(CLI::App* command, View view, ViewRequest* request) {
  const auto add_test = [&] {
    command->add_option("--test", request->test_filter, "Of these tests, in GoogleTest's syntax")
        ->type_name("PATTERN");
  };
  switch (view) {
    case View::kObjects:
      add_test();
      command->add_option("--pid", request->pid, "Ask this process, and not a result")
          ->type_name("PID")
          ->check(Plain(CLI::PositiveNumber));
      command
          ->add_option("-o,--out", request->out,
                       "Of a process: keep its report there, for other views and memprof diff")
          ->type_name("DIR");
      command
          ->add_option("--by", request->by,
                       "type, site: one table alone (default: both); count: most blocks first, not "
                       "most bytes")
          ->check(CLI::IsMember({"type", "site", "count"}));
      command->add_option("--at", request->at, "At one time alone (default: both)")
          ->check(CLI::IsMember({"end", "peak"}));
      command->add_flag("--all", request->all, "All of them, not the largest alone");
      return;
    case View::kLines:
      add_test();
      command->add_flag("--inclusive", request->inclusive,
                        "A line has what it and all that it calls allocate: no sums");
      command->add_flag("--all", request->all, "All lines, not those around allocations alone");
      return;
    case View::kPatterns:
      add_test();
      command->add_flag("--all", request->all, "All calls, not the largest alone");
      return;
    case View::kHandles:
      add_test();
      command->add_flag("--all", request->all, "Each iteration, and tests that keep nothing too");
      return;
    case View::kLeaks:
    case View::kRecommend:
      add_test();
      return;
    case View::kDiagnose:
      return;
  }
}

void AddView(CLI::App* app, const ViewHelp& help, RawViews::One* raw) {
  ViewRequest& request = raw->request;
  request.view = help.view;
  CLI::App* command = app->add_subcommand(EntryOf(help.view).name, help.description);
  raw->command = command;
  command->footer(help.examples);
  if (*help.selector != '\0') {
    command->add_option(help.selector, request.selector, help.selector_help)->type_name("");
  }
  command->add_option("RESULT", request.paths, kResults)->type_name("DIR|FILE");
  AddChoices(command, help.view, &request);
  command->add_option("--source-root", request.source_root, "Where your code is")
      ->type_name("DIR")
      ->check(Plain(CLI::ExistingDirectory));
  command->add_option("--format", request.format, "How to print it")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      ->add_option("--hyperlinks", raw->hyperlinks,
                   "Places are links: where the terminal is known to take them")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_option("--color", raw->color, "Colours; NO_COLOR is honoured too")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

const RawViews::One* Parsed(const RawViews& raw) {
  for (const RawViews::One& one : raw.views) {
    if (one.command != nullptr && one.command->parsed()) return &one;
  }
  return nullptr;
}

}  // namespace

void AddViewCommands(CLI::App* app, RawViews* raw) {
  std::size_t i = 0;
  for (const ViewHelp& help : kHelp) AddView(app, help, &raw->views[i++]);
}

const CLI::App* ParsedView(const RawViews& raw) {
  const RawViews::One* one = Parsed(raw);
  return one == nullptr ? nullptr : one->command;
}

Result<ViewRequest> TakeView(const RawViews& raw) {
  const RawViews::One& one = *Parsed(raw);
  ViewRequest request = one.request;
  if (request.pid != 0 && (!request.paths.empty() || !request.test_filter.empty())) {
    return Error{ErrorKind::kUsage, "--pid asks a process, which has no results and no tests",
                 "leave out the result's name and --test, or --pid"};
  }
  if (request.paths.empty() && request.pid == 0) request.paths = {"memprof-out"};
  request.color = ColorFor(one.color, FactsOf(STDOUT_FILENO));
  request.hyperlinks = HyperlinksFor(one.hyperlinks, FactsOf(STDOUT_FILENO));
  request.columns = ReportColumns(request.columns);
  return request;
}

}  // namespace memprof
