// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_OUTPUT_BOUND_H_
#define MEMPROF_RUNNER_EXECUTE_OUTPUT_BOUND_H_

#include <cstdint>
#include <string>

namespace memprof {

/// Keeps what a program prints from filling the disk: of more than 64 MiB the first and the last 8
/// stay. The program notices nothing: while it writes, the middle of its file becomes a hole.
///
/// Where the file system has no holes, the file is cut down at the end alone.
class OutputBound {
 public:
  /// `path`: a file that one program writes to from its begin; empty, or no regular file: nothing
  /// is bound.
  explicit OutputBound(std::string path);

  /// Must be called again and again while the program runs.
  void Look();

  /// Must be called when it has ended: puts a line about what was left out between both parts, so
  /// that the file may be read whole.
  void Finish();

 private:
  std::uint64_t Size() const;

  const std::string path_;
  std::uint64_t hole_end_;  ///< where the next hole begins
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_OUTPUT_BOUND_H_
