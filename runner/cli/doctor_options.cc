// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/doctor_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "runner/cli/terminal_choice.h"

namespace memprof {
namespace {

constexpr const char* kDoctorExamples = R"(Examples:
  memprof doctor                                        what works on this machine
  memprof doctor build/foo_test                         and in this test binary
  memprof doctor --format json | jq '.checks[] | select(.state != "ok")'

It tries what `memprof run` would use: it stops processes by ptrace, starts Valgrind's tools and
LeakSanitizer, makes files and removes them. A test binary is started with a filter that no test
passes. Each line says what was seen, what memprof cannot measure without it, and what to do.

Exit status: 0 tests can be measured, if with less than there could be · 2 usage · 3 they cannot be
measured here)";

}  // namespace

CLI::App* AddDoctorCommand(CLI::App* app, RawDoctor* raw) {
  CLI::App* doctor = app->add_subcommand(
      "doctor", "Tries what memprof needs: what works here, what does not, and what to do");
  doctor->footer(kDoctorExamples);
  RunOptions& run = raw->request.run;
  doctor->add_option("PROGRAM", run.command, "A test binary, and arguments for it after `--`")
      ->type_name("");
  doctor->add_option("--format", raw->request.format, "How to print it")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  doctor->add_option("--color", raw->color, "Colours; NO_COLOR is honoured too")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  doctor->add_option("-o,--out", run.out, "The directory that a run would write to")
      ->type_name("DIR")
      ->capture_default_str();
  doctor->add_option("--plugin", run.plugin, "libmemprof.so, as of `memprof run`")
      ->type_name("FILE");
  doctor->add_option("--lsan-library", run.lsan_library, "LeakSanitizer's library to preload")
      ->type_name("FILE")
      ->capture_default_str();
  doctor->add_option("--valgrind", run.valgrind, "Valgrind's launcher")
      ->type_name("FILE")
      ->capture_default_str();
  return doctor;
}

DoctorRequest TakeDoctor(const RawDoctor& raw) {
  DoctorRequest request = raw.request;
  if (const char* preload = std::getenv("LD_PRELOAD")) request.run.user_preload = preload;
  request.color = ColorFor(raw.color, FactsOf(STDOUT_FILENO));
  request.columns = ReportColumns(request.columns);
  return request;
}

}  // namespace memprof
