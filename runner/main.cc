// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <variant>

#include "runner/base/result.h"
#include "runner/cli/options.h"
#include "runner/execute/command_diff.h"
#include "runner/execute/command_dump.h"
#include "runner/execute/command_report.h"
#include "runner/execute/command_run.h"

namespace {

int Fail(const memprof::Error& error) {
  fmt::print(stderr, "memprof: {}\n", error.message);
  if (!error.hint.empty()) fmt::print(stderr, "         {}\n", error.hint);
  return error.kind == memprof::ErrorKind::kUsage ? 2 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  memprof::Result<memprof::Request> request = memprof::ParseCommandLine(argc, argv);
  if (!request) return Fail(request.error());
  if (const auto* print = std::get_if<memprof::PrintAndExit>(&request.value())) {
    fmt::print("{}", print->text);
    return print->exit_code;
  }
  const auto* dump = std::get_if<memprof::DumpRequest>(&request.value());
  const auto* diff = std::get_if<memprof::DiffRequest>(&request.value());
  const auto* report = std::get_if<memprof::ReportRequest>(&request.value());
  const memprof::Result<int> status =
      dump != nullptr     ? memprof::CommandDump(dump->path)
      : diff != nullptr   ? memprof::CommandDiff(*diff)
      : report != nullptr ? memprof::CommandReport(*report)
                          : memprof::CommandRun(std::get<memprof::RunOptions>(request.value()));
  return status ? status.value() : Fail(status.error());
}
