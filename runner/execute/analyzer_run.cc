// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/analyzer_run.h"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <system_error>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/scan/analyzer_sarif.h"

namespace memprof {
namespace {

/// Those that find leaks, and what they need to understand the code. unix.Stream was an alpha
/// checker before clang 18, which still takes the old name.
constexpr const char* kCheckers =
    "-analyzer-checker=core,apiModeling,cplusplus.NewDeleteLeaks,unix.Malloc,alpha.unix.Stream";

std::string NextName() {
  static std::atomic<int> number = 0;
  return fmt::format("analyzer-{}", ++number);
}

}  // namespace

Result<std::vector<scan::StaticRisk>> AnalyzeUnit(const scan::UnitToParse& unit,
                                                  const std::string& scratch) {
  const std::filesystem::path base = std::filesystem::path(scratch) / NextName();
  const std::string sarif = base.string() + ".sarif";
  Command command;
  command.arguments = {"clang", "--analyze", "--analyzer-no-default-checks"};
  command.arguments.insert(command.arguments.end(), unit.arguments.begin(), unit.arguments.end());
  for (const char* more : {"-w", "-Xclang", "-analyzer-output=sarif", "-Xclang", kCheckers, "-o"}) {
    command.arguments.emplace_back(more);
  }
  command.arguments.push_back(sarif);
  command.arguments.push_back(unit.file);
  command.output_path = base.string() + ".log";
  command.time_limit_s = kAnalyzerSeconds;
  const Result<ProcessEnd> end = RunProcess(command);
  std::error_code ignored;
  std::filesystem::remove(command.output_path, ignored);
  if (!end || (end->how == ProcessEnd::How::kExited && end->code == 127)) {
    return Error{ErrorKind::kUnsupported, "clang is not installed",
                 "install clang, or scan without --analyzer"};
  }
  if (end->how != ProcessEnd::How::kExited || end->code != 0) {
    std::filesystem::remove(sarif, ignored);
    return Error{ErrorKind::kProcess, fmt::format("{}: clang {}", unit.file, end->Text()), ""};
  }
  Result<std::string> text = ReadFile(sarif);
  std::filesystem::remove(sarif, ignored);
  if (!text) return text.error();
  return scan::ParseAnalyzerSarif(*text, unit.file);
}

}  // namespace memprof
