// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/build_times.h"

#include <system_error>

namespace memprof {
namespace {

namespace fs = std::filesystem;

std::optional<fs::file_time_type> TimeOf(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? std::nullopt : std::optional(time);
}

}  // namespace

BuildTimes::BuildTimes(const Report& report) : program_(TimeOf(report.binary)) {
  for (const Finding& finding : report.findings) Add(finding.stack);
  for (const Profile& profile : report.profiles) Add(profile.frames);
}

std::optional<fs::file_time_type> BuildTimes::Of(const std::string& file) const {
  const auto known = of_file_.find(file);
  return known == of_file_.end() ? program_ : known->second;
}

void BuildTimes::Add(const std::vector<Frame>& frames) {
  for (const Frame& frame : frames) {
    if (frame.file.empty() || frame.file.front() == '/' || frame.module.empty()) continue;
    if (!seen_.emplace(frame.file, frame.module).second) continue;
    const auto [module, is_new] = of_module_.try_emplace(frame.module);
    if (is_new) module->second = TimeOf(frame.module);
    if (!module->second) continue;
    const auto [known, is_first] = of_file_.try_emplace(frame.file, *module->second);
    if (!is_first && *module->second < known->second) known->second = *module->second;
  }
}

}  // namespace memprof
