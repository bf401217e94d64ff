// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/step_summary_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "runner/report/step_summary.h"

namespace memprof {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;
// Programs that write into it after us; a line end between their text and ours.
constexpr std::size_t kReserve = 1024;

/// False with errno set.
bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> AppendStepSummary(const Report& report, const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  struct stat status = {};
  bool done = file >= 0;
  if (done) {
    // Parallel tests of one ctest share the file. Released with the descriptor; where the file
    // system has no locks, they only see a size that may be a little old.
    flock(file, LOCK_EX);
    done = fstat(file, &status) == 0;
  }
  if (done) {
    const std::size_t used = static_cast<std::size_t>(status.st_size) + kReserve;
    std::string text = used < kFileBytes ? StepSummaryWithin(report, kFileBytes - used) : "";
    if (!text.empty() && status.st_size > 0) text.insert(0, "\n\n");
    done = WriteAll(file, text);
  }
  const int error = errno;
  if (file >= 0) close(file);
  if (done) return path;
  return Error{ErrorKind::kUnreadable,
               fmt::format("cannot append to {}: {}", path, std::strerror(error)),
               "GITHUB_STEP_SUMMARY names that file; github-summary.md has the same text"};
}

}  // namespace memprof
