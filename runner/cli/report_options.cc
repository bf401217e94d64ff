// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/report_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>

namespace memprof {
namespace {

constexpr const char* kReportExamples = R"(Examples:
  memprof report memprof-out                            the report of a run once more
  memprof report shard-0 shard-1 shard-2                one report of three shards
  memprof report build/                                 all reports below it, as CTest leaves them
  memprof report build/ --out all --format html,junit   one HTML page of all binaries, and one XML
  memprof report memprof-out --format sarif > r.sarif   another format of a run
  memprof report ci/*/report.json --baseline known.json --fail-on warning
                                                        strict, for the last job of a pipeline

Tests are told by their binary and name, findings by their fingerprints: what several shards have
found is one finding. Where reports contradict each other, the worse counts and the report says so.
A directory without a report.json is searched for those below it. Each part must have been written
with json among its formats; one that is missing or damaged is an error, for what it found would
pass for clean.

Without --out nothing is written: the report is printed, or with --format one other format.

Exit status: 0 nothing at or above --fail-on · 1 findings · 2 usage, or a file that is no report ·
3 a part was not measured to its end · 4 tests failed)";

}  // namespace

CLI::App* AddReportCommand(CLI::App* app, ReportRequest* request, RawReporting* raw) {
  CLI::App* report = app->add_subcommand(
      "report", "Merges the reports of shards and binaries, and shows them in any format");
  report->footer(kReportExamples);
  report
      ->add_option("REPORTS", request->paths,
                   "Directories of --out, or above such ones, or report.json files")
      ->type_name("DIR|FILE ...")
      ->required();
  AddPolicy(report, request, raw);
  AddReporting(report, request, raw);
  return report;
}

Result<ReportRequest> TakeReport(ReportRequest request, const RawReporting& raw) {
  TakeReporting(raw, &request);
  if (!request.out.empty() && request.formats.empty()) request.formats = DefaultFormats();
  const auto& formats = request.formats;
  const bool any_file = !std::all_of(formats.begin(), formats.end(), NeedsNoDirectory);
  if (request.out.empty() && any_file && formats.size() > 1) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--format {} makes several files, and --out names no directory for "
                             "them",
                             fmt::join(formats, ",")),
                 "add --out DIR, or ask for one format, which is printed"};
  }
  return request;
}

}  // namespace memprof
