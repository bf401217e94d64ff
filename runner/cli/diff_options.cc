// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/diff_options.h"

#include <CLI/CLI.hpp>

#include "runner/cli/choices.h"

namespace memprof {
namespace {

constexpr const char* kDiffExamples = R"(Examples:
  memprof diff before/ after/                           is the leak mended? two directories of --out
  memprof diff main.json memprof-out/report.json        what this branch adds to what main has
  memprof diff --format markdown --out comment.md main.json memprof-out
                                                        the same, for the pull request
  memprof diff --fail-on-new warning before/ after/     strict, for CI

A finding is the same after lines have moved, and after its function has moved to another file. It
is worse or better when it keeps a tenth more or less a run, or when its severity changed. It is
fixed only if a test that showed it ran to its end in NEW and was measured there; else it counts as
not measured.

Exit status: 0 nothing new or worse at or above --fail-on-new · 1 there is · 2 usage, or a file
that is no report · 3 nothing of that, but NEW did not measure a finding of BASE at or above
--fail-on-new, or did not run to its end. With `--fail-on-new never` it is 0 or 2)";

}  // namespace

CLI::App* AddDiffCommand(CLI::App* app, RawDiff* raw) {
  CLI::App* diff = app->add_subcommand(
      "diff", "Compares two reports: fixed, new, worse, better and known findings");
  diff->footer(kDiffExamples);
  DiffRequest& request = raw->request;
  diff->add_option("BASE", request.base,
                   "report.json of the run before, or its directory; or a baseline")
      ->type_name("")
      ->required();
  diff->add_option("NEW", request.now, "report.json of the run after, or its directory")
      ->type_name("")
      ->required();
  diff->add_option("--fail-on-new", raw->fail_on_new,
                   "Lowest severity at which a new or worse finding gives exit status 1")
      ->check(CLI::IsMember(SeveritiesThatFail()))
      ->capture_default_str();
  diff->add_option("--format", request.format, "How to print it")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  diff->add_option("-o,--out", request.out, "Write it there (default: to stdout)")
      ->type_name("FILE");
  diff->add_option("--color", raw->color, "Colours; NO_COLOR is honoured too")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  diff->add_flag("-v,--verbose", request.verbose, "Also what is known");
  return diff;
}

DiffRequest TakeDiff(const RawDiff& raw) {
  DiffRequest request = raw.request;
  request.fail_on_new = SeverityThatFails(raw.fail_on_new);
  // A file is no terminal.
  request.color = request.out.empty() ? WantsColor(raw.color) : raw.color == "always";
  return request;
}

}  // namespace memprof
