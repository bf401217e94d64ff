// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PLAIN_PATH_H_
#define MEMPROF_RUNNER_EXECUTE_PLAIN_PATH_H_

#include <string>

namespace memprof {

/// Another name for a directory, for tools that split what they are given at spaces, colons and
/// percent signs (LSAN_OPTIONS, Valgrind's monitor commands and file name patterns): a symbolic
/// link in a temporary directory, which goes with this object. A directory whose path holds
/// nothing of the kind keeps its name.
class PlainPath {
 public:
  explicit PlainPath(const std::string& directory);
  ~PlainPath();
  PlainPath(const PlainPath&) = delete;
  PlainPath& operator=(const PlainPath&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string temporary_;  // to be removed; empty when there is none
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PLAIN_PATH_H_
