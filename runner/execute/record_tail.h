// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RECORD_TAIL_H_
#define MEMPROF_RUNNER_EXECUTE_RECORD_TAIL_H_

#include <cstdint>
#include <string>
#include <unordered_map>

namespace memprof {

/// Follows a record while the process writes it, by the headers of what is new alone: a full trace
/// is too long to be parsed again and again for a progress line.
class RecordTail {
 public:
  explicit RecordTail(std::string path) : path_(std::move(path)) {}
  ~RecordTail();
  RecordTail(const RecordTail&) = delete;
  RecordTail& operator=(const RecordTail&) = delete;

  /// Reads on; whether there was anything new.
  bool Look();

  int tests_ended() const { return tests_ended_; }
  /// Full name of the test that started last; empty before the first.
  const std::string& current() const { return current_; }

 private:
  void LookAt(std::uint16_t type, const std::string& payload);

  const std::string path_;
  int fd_ = -1;
  std::int64_t position_ = 0;
  std::unordered_map<std::uint32_t, std::string> names_;
  int tests_ended_ = 0;
  std::string current_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RECORD_TAIL_H_
