// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/record_watch.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "runner/execute/files.h"

namespace memprof {

bool RecordWatch::Look() {
  const auto now = Clock::now();
  // Reading a long record takes longer than the tests that it is about.
  if (now - last_look_ < pause_) return true;
  last_look_ = now;
  if (Result<std::string> bytes = ReadFile(path_); bytes.ok()) {
    if (Result<RecordFile> record = ParseRecord(bytes.value()); record.ok()) Follow(*record);
  }
  if (!output_.empty()) {
    std::error_code error;
    const std::size_t printed = std::filesystem::file_size(output_, error);
    if (!error && printed != last_state_) {
      last_state_ = printed;
      last_change_ = now;
    }
  }
  pause_ = std::max(pause_, 20 * (Clock::now() - now));
  return std::chrono::duration<double>(now - last_change_).count() < patience_s_;
}

void RecordWatch::Follow(const RecordFile& record) {
  const std::size_t state = record.runs.size() + record.iterations.size() +
                            (record.program_ended ? 1u : 0u) + record.tests.size();
  if (state == last_state_) return;
  last_state_ = state;
  last_change_ = Clock::now();
  if (record.runs.empty() || record.iterations.empty()) return;
  const RecordedRun& run = record.runs.back();
  progress_->Update(static_cast<int>(record.runs.size() - (run.finished ? 0 : 1)),
                    static_cast<int>(record.iterations.back().tests_planned *
                                     std::max<std::size_t>(record.iterations.size(), 1)),
                    record.tests[run.test].FullName());
}

}  // namespace memprof
