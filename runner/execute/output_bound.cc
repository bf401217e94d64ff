// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/output_bound.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "runner/execute/files.h"

namespace memprof {
namespace {

constexpr std::uint64_t kMost = 64 << 20;
constexpr std::uint64_t kPart = 8 << 20;

class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const { return fd_; }

  /// As far as it goes.
  std::string Read(std::uint64_t begin, std::uint64_t count) const {
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got =
          pread(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

 private:
  int fd_;
};

}  // namespace

OutputBound::OutputBound(std::string path) : path_(std::move(path)), hole_end_(kPart) {}

std::uint64_t OutputBound::Size() const {
  struct stat status = {};
  const bool is_file =
      !path_.empty() && stat(path_.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return is_file ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void OutputBound::Look() {
  const std::uint64_t size = Size();
  if (size < hole_end_ + kMost) return;
  const OpenFile file(path_, O_WRONLY);
  const std::uint64_t end = size - kPart;
  if (file.fd() < 0 ||
      fallocate(file.fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                static_cast<off_t>(hole_end_), static_cast<off_t>(end - hole_end_)) != 0) {
    return;
  }
  hole_end_ = end;
}

void OutputBound::Finish() {
  const std::uint64_t size = Size();
  if (size <= kMost) return;
  std::string kept;
  {
    const OpenFile file(path_, O_RDONLY);
    kept = file.Read(0, kPart) +
           fmt::format("\n[memprof] {} bytes of output were left out here\n", size - 2 * kPart) +
           file.Read(size - kPart, kPart);
  }
  // Where there is no room for both, the long one stays.
  (void)WriteFile(path_, kept);
}

}  // namespace memprof
