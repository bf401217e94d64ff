// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_BUILD_TIMES_H_
#define MEMPROF_RUNNER_EXECUTE_BUILD_TIMES_H_

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// When the programs and libraries were written that a file's code runs in: a source that was
/// written later may have other lines than those that the report names.
class BuildTimes {
 public:
  explicit BuildTimes(const Report& report);

  /// The earliest for `file`; the program's where no frame tells, as of a holder. Nothing where
  /// that is not there any more.
  std::optional<std::filesystem::file_time_type> Of(const std::string& file) const;

 private:
  void Add(const std::vector<Frame>& frames);

  std::optional<std::filesystem::file_time_type> program_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::map<std::string, std::optional<std::filesystem::file_time_type>> of_module_;
  std::map<std::string, std::filesystem::file_time_type> of_file_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_BUILD_TIMES_H_
