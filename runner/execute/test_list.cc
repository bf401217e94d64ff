// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/test_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "runner/analyze/listed_tests.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"

namespace memprof {
namespace {

bool RunsDisabledTests(const RunOptions& options) {
  const char* variable = std::getenv("GTEST_ALSO_RUN_DISABLED_TESTS");
  if (variable != nullptr && std::string(variable) != "0") return true;
  return std::any_of(options.command.begin(), options.command.end(), [](const std::string& flag) {
    return flag == "--gtest_also_run_disabled_tests" || flag == "--gtest_also_run_disabled_tests=1";
  });
}

}  // namespace

Result<std::vector<GtestCase>> ListTests(const RunOptions& options, const std::string& directory,
                                         Shards shards) {
  const std::string path = directory + "/screen.list.json";
  std::remove(path.c_str());
  const RunPlan plan = PlanList(options, path, shards);
  Command command;
  command.arguments = plan.arguments;
  command.set_environment = plan.set_environment;
  command.unset_environment = plan.unset_environment;
  command.output_path = directory + "/screen.list.log";
  command.time_limit_s = RerunTimeLimit(options, 0, 1);
  const Result<ProcessEnd> end = RunProcess(command);
  if (!end) return end.error();
  const Result<std::string> text = ReadFile(path);
  if (!text) {
    return Error{ErrorKind::kProcess,
                 fmt::format("{} lists no tests: with --gtest_list_tests it {}, and wrote no list",
                             options.command[0], end->Text()),
                 "see " + command.output_path};
  }
  return ParseGtestJson(text.value());
}

Result<std::vector<RecordedTest>> ListPlannedTests(const RunOptions& options,
                                                   const std::string& directory, Shards shards) {
  const Result<std::vector<GtestCase>> listed = ListTests(options, directory, shards);
  if (!listed) return listed.error();
  return PlannedTests(listed.value(), RunsDisabledTests(options));
}

}  // namespace memprof
