// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RECORD_WATCH_H_
#define MEMPROF_RUNNER_EXECUTE_RECORD_WATCH_H_

#include <chrono>
#include <cstddef>
#include <string>

#include "runner/execute/progress.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Follows a record as it grows: shows progress, and notices a hang.
class RecordWatch {
 public:
  /// `output` is what the program prints to, where that is all that it will be heard by, or empty.
  /// `progress` must outlive the watch.
  RecordWatch(std::string path, std::string output, double patience_s, Progress* progress)
      : path_(std::move(path)),
        output_(std::move(output)),
        patience_s_(patience_s),
        progress_(progress) {}

  /// Whether something was recorded, or printed to `output`, within the time allowed.
  bool Look();

 private:
  using Clock = std::chrono::steady_clock;

  void Follow(const RecordFile& record);

  std::string path_;
  std::string output_;
  double patience_s_;
  Progress* progress_;
  std::size_t last_state_ = 0;
  Clock::time_point last_change_ = Clock::now();
  Clock::time_point last_look_ = Clock::now();
  Clock::duration pause_ = std::chrono::milliseconds(200);
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RECORD_WATCH_H_
