// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/reporting_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "runner/cli/choices.h"
#include "runner/cli/format_choice.h"
#include "runner/cli/terminal_choice.h"
#include "runner/cli/validators.h"

namespace memprof {
namespace {

CLI::Validator IsFormat() {
  return {[](const std::string& name) {
            if (name == "help") throw CLI::CallForVersion(FormatHelp(), 0);  // print, and end well
            return WhyNotAFormat(name);
          },
          ""};
}

}  // namespace

void AddPolicy(CLI::App* command, Reporting* reporting, RawReporting* raw) {
  command->option_defaults()->group("What fails the run");
  command->add_option("--fail-on", raw->fail_on, "Lowest severity that fails the run")
      ->check(CLI::IsMember(SeveritiesThatFail()))
      ->capture_default_str();
  command
      ->add_option("--suppressions", reporting->suppressions,
                   "Findings to leave out, in LeakSanitizer's syntax and more; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->check(Plain(CLI::ExistingFile));
  command
      ->add_option("--baseline", reporting->baseline,
                   "report.json of an earlier run, or what --write-baseline wrote: what it has is "
                   "known, and only new or worse findings fail the run")
      ->type_name("FILE");
  command
      ->add_option(
          "--write-baseline", reporting->write_baseline,
          "Write the findings there, for a later --baseline: small, and fit to be committed")
      ->type_name("FILE");
  command->add_flag("--ignore-test-failures", reporting->failure.ignore_test_failures,
                    "Failed assertions alone do not fail the run: the ordinary tests say them");
  command
      ->add_option("--require", reporting->failure.required_tools,
                   "Tools that must have run; else the exit status is 3")
      ->delimiter(',')
      ->type_name("LIST")
      ->check(CLI::IsMember({"lsan", "massif", "triage", "heap", "screen"}));
}

void AddReporting(CLI::App* command, Reporting* reporting, RawReporting* raw) {
  command->option_defaults()->group("Reports");
  CLI::Option* out = command->add_option("-o,--out", reporting->out, "Directory for all files");
  out->type_name("DIR");
  if (!reporting->out.empty()) out->capture_default_str();
  CLI::Option* formats = command->add_option(
      "--format", reporting->formats, "Reports to write; `--format help` tells what each is for");
  formats->delimiter(',')->type_name("LIST")->allow_extra_args(false)->check(IsFormat());
  if (!reporting->formats.empty()) formats->capture_default_str();
  command
      ->add_option("--source-root", reporting->source_root,
                   "Where your code is: findings point there (default: git's top level)")
      ->type_name("DIR")
      ->check(Plain(CLI::ExistingDirectory));
  command->add_option("--junit-element", raw->junit_element, "What findings are in JUnit XML")
      ->check(CLI::IsMember({"failure", "error"}))
      ->capture_default_str();
  command
      ->add_option("--junit-dialect", raw->junit_dialect, "jenkins-xunit leaves out file and line")
      ->check(CLI::IsMember({"default", "jenkins-xunit"}))
      ->capture_default_str();
  command
      ->add_option(
          "--configuration", reporting->render.configuration,
          "Tells reports of the same tests apart, such as asan and debug: SARIF's category "
          "and the Markdown comment are one for each")
      ->type_name("NAME")
      ->capture_default_str();
  command
      ->add_option("--gtest-xml", reporting->gtest_xml,
                   "What GoogleTest wrote of the same tests (--gtest_output=xml:FILE): JUnit XML "
                   "then has its results and ours; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command
      ->add_option("--hyperlinks", raw->hyperlinks,
                   "Places in the report are links: where the terminal is known to take them")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command
      ->add_option("--color", raw->color,
                   "Colours; NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR are honoured too")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_flag("-q,--quiet", reporting->quiet,
                    "Nothing beside the report but what went wrong");
  command->add_flag("-v,--verbose", reporting->verbose,
                    "Also what each test kept, what the tests print, and what each rerun did");
}

void TakeReporting(const RawReporting& raw, Reporting* reporting) {
  reporting->formats = ExpandedFormats(reporting->formats);
  reporting->failure.fail_on = SeverityThatFails(raw.fail_on);
  reporting->color = WantsColor(raw.color);
  reporting->hyperlinks = HyperlinksFor(raw.hyperlinks, FactsOf(STDOUT_FILENO));
  reporting->text_columns = ReportColumns(reporting->render.text_columns);
  reporting->render.verbose = reporting->verbose;
  reporting->render.junit_error = raw.junit_element == "error";
  reporting->render.junit_jenkins = raw.junit_dialect == "jenkins-xunit";
}

}  // namespace memprof
