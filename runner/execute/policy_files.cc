// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/policy_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/compare/baseline.h"
#include "runner/execute/files.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

std::string Today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// Whether the run leaves tests out, by whatever means.
bool LeavesTestsOut(const RunOptions& options) {
  const bool flag = std::any_of(
      options.command.begin(), options.command.end(),
      [](const std::string& argument) { return argument.starts_with("--gtest_filter"); });
  return flag || !options.filter.empty() || options.only != Only::kEverything ||
         options.stage == Stage::kTest || options.stage == Stage::kScreen ||
         IsSet("GTEST_FILTER") || IsSet("GTEST_TOTAL_SHARDS") || IsSet("TEST_TOTAL_SHARDS");
}

/// `makes_baseline`: the command that does.
Result<Policy> ReadFiles(const Reporting& options, const std::string& makes_baseline) {
  Policy policy;
  policy.today = Today();
  for (const std::string& file : options.suppressions) {
    const Result<std::string> text = ReadFile(file);
    if (!text) {
      return Error{ErrorKind::kUsage, text.error().message,
                   "--suppressions names a file with lines like leak:Function"};
    }
    Result<std::vector<Suppression>> parsed = ParseSuppressions(*text, file);
    if (!parsed) return parsed.error();
    std::move(parsed.value().begin(), parsed.value().end(),
              std::back_inserter(policy.suppressions));
  }
  if (options.baseline.empty()) return policy;
  Result<Report> baseline = ReadReportFile(options.baseline);
  if (!baseline) {
    Error error = baseline.error();
    error.hint = "make one: " + makes_baseline;
    return error;
  }
  policy.baseline = std::move(baseline).value();
  policy.baseline_file = options.baseline;
  return policy;
}

}  // namespace

Result<Report> ReadReportFile(const std::string& path) {
  std::error_code ignored;
  const bool is_directory = std::filesystem::is_directory(path, ignored);
  const std::string file =
      is_directory ? (std::filesystem::path(path) / "report.json").string() : path;
  const Result<std::string> text = ReadFile(file);
  if (!text) {
    std::string hint = "name a report.json that memprof run wrote, or the directory of its --out";
    if (is_directory) hint += "; it is written unless --format leaves json out";
    return Error{ErrorKind::kUsage, text.error().message, hint};
  }
  Result<Report> report = ReadReportJson(*text);
  if (report) return report;
  return Error{ErrorKind::kUsage, fmt::format("{}: {}", file, report.error().message),
               report.error().hint};
}

Result<Policy> ReadPolicy(const RunOptions& options) {
  Result<Policy> policy =
      ReadFiles(options, fmt::format("memprof run --write-baseline {} -- {}", options.baseline,
                                     fmt::join(options.command, " ")));
  if (policy) policy.value().partial = LeavesTestsOut(options);
  return policy;
}

Result<Policy> ReadPolicy(const ReportRequest& request) {
  Result<Policy> policy =
      ReadFiles(request, fmt::format("memprof report --write-baseline {} {}", request.baseline,
                                     fmt::join(request.paths, " ")));
  if (policy) policy.value().partial = true;
  return policy;
}

Result<Policy> ReadPolicy(const ScanRequest& request) {
  const std::string build = request.build.empty() ? "" : " -p " + request.build;
  Result<Policy> policy = ReadFiles(
      request, fmt::format("memprof scan{} --write-baseline {}", build, request.baseline));
  if (policy) policy.value().partial = !request.paths.empty();
  return policy;
}

Result<bool> WriteBaselineFile(const Reporting& options, const Report& report) {
  if (options.write_baseline.empty()) return false;
  if (report.interrupted || !report.crash.empty()) return false;
  const Result<std::string> written =
      WriteFile(options.write_baseline, RenderJson(BaselineOf(report), RenderOptions()));
  if (!written) return written.error();
  return true;
}

}  // namespace memprof
