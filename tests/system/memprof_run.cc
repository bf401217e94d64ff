// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/memprof_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/report/json_reader.h"

namespace memprof {

const TestReport* MemprofRun::Test(const std::string& full_name) const {
  for (const TestReport& test : report.tests) {
    if (test.FullName() == full_name) return &test;
  }
  return nullptr;
}

std::vector<const Finding*> MemprofRun::Findings(Severity least) const {
  std::vector<const Finding*> found;
  for (const Finding& finding : report.findings) {
    if (finding.severity >= least) found.push_back(&finding);
  }
  return found;
}

std::string MemprofRun::WhyNot(const std::string& tool) const {
  for (const NotMeasured& gap : report.not_measured) {
    if (gap.tool == tool) return gap.why;
  }
  return "";
}

std::string ProgramPath(const std::string& name) { return MEMPROF_TEST_PROGRAMS "/" + name; }
std::string ExamplePath(const std::string& name) { return MEMPROF_TEST_EXAMPLES "/" + name; }

std::string PlainPath(const std::string& name) { return ProgramPath(name + "_plain"); }

std::string FreshDirectory(const std::string& name) {
  std::string path = MEMPROF_TEST_OUTPUT "/";
  // Tests run at the same time, each in a process of its own.
  if (const auto* test = testing::UnitTest::GetInstance()->current_test_info()) {
    std::string full_name = fmt::format("{}.{}", test->test_suite_name(), test->name());
    std::replace(full_name.begin(), full_name.end(), '/', '_');
    path += full_name + "/";
  }
  path += name;
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

MemprofRun RunMemprof(const std::string& binary, const std::vector<std::string>& options,
                      const std::vector<std::string>& arguments,
                      const std::vector<std::pair<std::string, std::string>>& environment) {
  static int runs = 0;
  MemprofRun run;
  run.out = FreshDirectory(fmt::format("run.{}", runs++));
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "run", "--out", run.out};
  if (std::find(options.begin(), options.end(), "-j") == options.end()) {
    command.arguments.insert(command.arguments.end(), {"-j", "1"});
  }
  if (std::find(options.begin(), options.end(), "--source-root") == options.end()) {
    command.arguments.insert(command.arguments.end(), {"--source-root", MEMPROF_TEST_SOURCE});
  }
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  command.arguments.insert(command.arguments.end(), {"--", binary});
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.output_path = run.out + "/output.txt";
  command.set_environment = environment;
  // The tests run under CTest and GoogleTest themselves: none of that may reach the programs.
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "MEMPROF",
                               "NO_COLOR"};
  command.time_limit_s = 300;
  Result<ProcessEnd> end = RunProcess(command);
  if (!end) {
    run.output = end.error().message;
    return run;
  }
  run.exit_code = end->how == ProcessEnd::How::kExited ? end->code : -1;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) run.output = *text;
  if (Result<std::string> json = ReadFile(run.out + "/report.json"); json.ok()) {
    Result<Report> report = ReadReportJson(json.value());
    EXPECT_TRUE(report.ok()) << report.error().message;
    if (report.ok()) {
      run.has_report = true;
      run.report = std::move(report).value();
    }
  }
  return run;
}

std::string Describe(const MemprofRun& run) {
  std::string text = fmt::format("exit status {}\n", run.exit_code);
  for (const Finding& finding : run.report.findings) {
    text += fmt::format("{} {} {} at {}:{} [{}]\n", Name(finding.severity), Name(finding.kind),
                        finding.title, finding.location.file, finding.location.line,
                        fmt::join(finding.tests, ", "));
  }
  for (const NotMeasured& gap : run.report.not_measured) {
    text += fmt::format("not measured: {} {} {}\n", gap.tool, gap.test, gap.why);
  }
  return text + run.output;
}

std::string Comparable(const MemprofRun& run) {
  std::vector<std::string> lines;
  for (const Finding& finding : run.report.findings) {
    lines.push_back(fmt::format(
        "{} {} {} {} {}:{} {} [{}] {}", Name(finding.severity), Name(finding.kind),
        Name(finding.pattern), finding.fingerprint, finding.location.file, finding.location.line,
        finding.location.function, fmt::join(finding.tests, ", "), finding.scope_label));
  }
  for (const TestReport& test : run.report.tests) {
    lines.push_back(fmt::format("{} {}:{} {} {}", test.FullName(), test.file, test.line,
                                Name(test.status), Name(test.verdict)));
  }
  for (const NotMeasured& gap : run.report.not_measured) {
    lines.push_back(fmt::format("not measured: {} {} {}", gap.tool, gap.test, gap.why));
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}\nexit status {}\n", fmt::join(lines, "\n"), run.exit_code);
}

}  // namespace memprof
