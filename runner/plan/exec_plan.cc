// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/exec_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <vector>

#include "gtest_plugin/record/format.h"

namespace memprof {

RunPlan PlanExec(const RunOptions& options, const RunFiles& files, const std::string& service) {
  RunPlan plan;
  plan.arguments = options.command;
  std::vector<std::string> libraries = options.preload;
  if (!options.user_preload.empty()) libraries.push_back(options.user_preload);
  plan.set_environment = {
      {"LD_PRELOAD", fmt::format("{}", fmt::join(libraries, ":"))},
      {"MEMPROF_RECORD", files.record},
      {record::kProgramVariable, "1"},
      {record::kServiceVariable, service.empty() ? "1" : service},
      {"MEMPROF_TRACE", "1"},
      {"MEMPROF_HEAP_SNAPSHOTS", "0"},
  };
  plan.unset_environment = {"MEMPROF",         "MEMPROF_STREAM",        "MEMPROF_SNAPSHOT",
                            "MEMPROF_REST_MS", "MEMPROF_PEAK_CONTENTS", "MEMPROF_LEAK_CHECK"};
  return plan;
}

std::string InterpreterOf(std::string_view first_bytes) {
  if (!first_bytes.starts_with("#!")) return "";
  std::string_view line = first_bytes.substr(2, first_bytes.find('\n') - 2);
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  line.remove_prefix(begin);
  return std::string(line.substr(0, line.find_first_of(" \t\r")));
}

}  // namespace memprof
