// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/dump_options.h"

#include <CLI/CLI.hpp>

namespace memprof {
namespace {

constexpr const char* kDumpExamples = R"(Examples:
  memprof dump memprof-out/work/screen.rec | head -3
  memprof dump memprof-out/work/screen.rec | jq -c 'select(.type == "test_end").window.kept_bytes'

Addresses are strings, what was not measured is null. gtest_plugin/record/FORMAT.md tells what the
fields mean.

Exit status: 0 the whole record was printed · 2 usage · 3 it is no record, or damaged; then what
comes before the damage is printed)";

}  // namespace

CLI::App* AddDumpCommand(CLI::App* app, DumpRequest* request) {
  CLI::App* dump = app->add_subcommand("dump", "Prints a record of the test process as JSON Lines");
  dump->footer(kDumpExamples);
  dump->add_option(
          "FILE", request->path,
          "A .rec file that `memprof run` left, or a heap snapshot's, which a test process "
          "leaves beside its record (MEMPROF_HEAP_SNAPSHOTS); `run` removes those")
      ->type_name("")
      ->required();
  return dump;
}

}  // namespace memprof
