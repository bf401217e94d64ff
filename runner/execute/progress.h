// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROGRESS_H_
#define MEMPROF_RUNNER_EXECUTE_PROGRESS_H_

#include <mutex>
#include <string>

namespace memprof {

/// Says on stderr what is being done: one line that is written over on a terminal, a line at the
/// start and at the end of each stage elsewhere, nothing when quiet. May be called on any thread.
class Progress {
 public:
  Progress(bool quiet, bool terminal) : quiet_(quiet), terminal_(terminal) {}

  /// A stage begins; `total` is how many tests it will look at, 0 when that is not known yet.
  void Start(const std::string& stage, int total);
  /// `done` tests are done, and `current` is being looked at.
  void Update(int done, int total, const std::string& current);
  /// The same, counting by itself.
  void Advance(const std::string& current);
  /// The stage is over; `summary` is one line without the stage's name.
  void Finish(const std::string& summary);
  /// A line of its own, for what the user should know at once.
  void Note(const std::string& text);

 private:
  void Show(const std::string& text);
  void Clear();

  const bool quiet_;
  const bool terminal_;
  std::mutex mutex_;
  std::string stage_;
  int done_ = 0;
  int total_ = 0;
  bool line_shown_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROGRESS_H_
