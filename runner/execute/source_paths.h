// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SOURCE_PATHS_H_
#define MEMPROF_RUNNER_EXECUTE_SOURCE_PATHS_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memprof {

/// Finds source files as a binary names them on this machine. Compilers may be told to write no
/// absolute directory (-fdebug-prefix-map=$PWD=., as Bazel and reproducible builds have it); then a
/// file is below the source root, the present directory, or one of the executable's parents.
class SourcePaths {
 public:
  /// `old_new`: --path-map. `source_root`: may be empty.
  SourcePaths(std::vector<std::pair<std::string, std::string>> old_new,
              std::string_view source_root, std::string_view executable);

  /// `path` mapped; if it is relative then, the first such file that exists, else as mapped. Looks
  /// at the disk once for each path.
  std::string Find(const std::string& path) const;

 private:
  std::vector<std::pair<std::string, std::string>> old_new_;
  std::vector<std::string> bases_;
  mutable std::map<std::string, std::string> found_;  // of relative ones
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SOURCE_PATHS_H_
