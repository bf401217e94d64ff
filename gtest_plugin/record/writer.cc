// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/record/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace record {
namespace {

// They use numbers that an earlier one defines.
bool IsOfTrace(Type type) { return (type >= kModule && type <= kTraceState) || type == kSnapshot; }

constexpr size_t kFirstWindow = 256 * 1024;
constexpr size_t kLargestWindow = 16 * 1024 * 1024;
constexpr size_t kPage = 64 * 1024;  // at least the page size of every architecture

// Where the file cannot be extended, the end of its last window is kept for what matters more: the
// trace leaves room for the boundaries, and those for the word of what was lost.
constexpr size_t kKeptForBoundaries = 64 * 1024;
constexpr size_t kKeptForLoss = 1024;

size_t KeptFromType(Type type) {
  // One header's room stays free in any case, so that the end is always marked by a zero length.
  size_t kept = sizeof(RecordHeader);
  if (type != kLost) kept += kKeptForLoss;
  if (IsOfTrace(type)) kept += kKeptForBoundaries;
  return kept;
}

// Plain system calls: the libc functions of these names are our own hooks, and would count.
int OpenFile(const char* path, int flags) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644));
}
void CloseFile(int fd) { syscall(SYS_close, fd); }
char* MapFile(int fd, uint64_t offset, size_t bytes) {
  void* mapped = reinterpret_cast<void*>(syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE,
                                                 MAP_SHARED, fd, static_cast<off_t>(offset)));
  return mapped == MAP_FAILED ? nullptr : static_cast<char*>(mapped);
}

// Blocks on the disk, not only a length: a store into a page that the disk has no room for would
// be SIGBUS in the middle of somebody's test. File systems without fallocate get zeros written, and
// only beyond `size`, the file's end: what lies before it was recorded.
bool Reserve(int fd, uint64_t size, uint64_t offset, size_t bytes) {
  const uint64_t end = offset + bytes;
  rlimit limit;
  // Beyond it, the kernel does not only refuse: SIGXFSZ ends the program.
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      end > limit.rlim_cur) {
    errno = EFBIG;
    return false;
  }
  int result;
  do {
    result = fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  if (result == 0) return true;
  if (errno != EOPNOTSUPP && errno != ENOSYS) return false;
  static const char kZeros[4096] = {};
  for (uint64_t at = size; at < end;) {
    const size_t count = end - at < sizeof(kZeros) ? static_cast<size_t>(end - at) : sizeof(kZeros);
    const ssize_t written = pwrite(fd, kZeros, count, static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += static_cast<uint64_t>(written);
  }
  return true;
}

FileHeader FreshHeader() {
  FileHeader header = {};
  memcpy(header.magic, kMagic, sizeof(kMagic));
  header.major = kMajor;
  header.minor = kMinor;
  header.header_bytes = sizeof(FileHeader);
  header.header_crc = Crc32(0, &header, offsetof(FileHeader, header_crc));
  return header;
}

}  // namespace

pid_t OwnerOf(const char* path) noexcept {
  const int fd = OpenFile(path, O_RDONLY);
  if (fd < 0) return 0;
  uint32_t owner = 0;
  const ssize_t got = pread(fd, &owner, sizeof(owner), offsetof(FileHeader, owner_pid));
  CloseFile(fd);
  return got == static_cast<ssize_t>(sizeof(owner)) ? static_cast<pid_t>(owner) : 0;
}

bool Writer::Open(const char* path) noexcept {
  if (path[0] != '/' || strlen(path) >= sizeof(path_)) {
    errno = EINVAL;
    return false;
  }
  strcpy(path_, path);
  const int fd = OpenFile(path_, O_RDWR | O_CREAT);
  if (fd < 0) return false;
  struct stat status;
  char* window = nullptr;
  if (fstat(fd, &status) == 0 &&
      Reserve(fd, static_cast<uint64_t>(status.st_size), 0, kFirstWindow)) {
    window = MapFile(fd, 0, kFirstWindow);
  }
  const int error = errno;
  CloseFile(fd);
  if (window == nullptr) {
    errno = error;
    return false;
  }
  uint32_t nobody = 0;
  const uint32_t self = static_cast<uint32_t>(getpid());
  auto* header = reinterpret_cast<FileHeader*>(window);
  if (!__atomic_compare_exchange_n(&header->owner_pid, &nobody, self, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_RELAXED)) {
    syscall(SYS_munmap, window, kFirstWindow);
    errno = EBUSY;
    return false;
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
  window_ = window;
  WriteHeader(static_cast<pid_t>(self));
  return true;
}

bool Writer::Attach(int fd, pid_t owner) noexcept {
  if (!Reserve(fd, 0, 0, kFirstWindow)) return false;
  window_ = MapFile(fd, 0, kFirstWindow);
  if (window_ == nullptr) return false;
  file_ = fd;
  WriteHeader(owner);
  return true;
}

void Writer::WriteHeader(pid_t owner) noexcept {
  FileHeader fresh = FreshHeader();
  fresh.owner_pid = static_cast<uint32_t>(owner);
  memcpy(window_, &fresh, sizeof(fresh));
  owner_ = getpid();
  window_bytes_ = kFirstWindow;
  end_ = sizeof(FileHeader);
}

void Writer::Finish() noexcept {
  if (window_ == nullptr || file_ < 0) return;
  syscall(SYS_munmap, window_, window_bytes_);
  window_ = nullptr;
  // Cut off or not, zeros are no record.
  static_cast<void>(syscall(SYS_ftruncate, file_, static_cast<off_t>(end_ + sizeof(RecordHeader))));
}

bool Writer::Extend(size_t needed) noexcept {
  const size_t least = (needed + 3 * kPage) & ~(kPage - 1);
  size_t bytes = window_bytes_ * 2 < kLargestWindow ? window_bytes_ * 2 : kLargestWindow;
  if (bytes < least) bytes = least;
  // A disk that is nearly full may still have room for a little.
  return ExtendBy(bytes) || (bytes > least && ExtendBy(least));
}

bool Writer::ExtendBy(size_t bytes) noexcept {
  const uint64_t offset = end_ & ~static_cast<uint64_t>(kPage - 1);
  const int fd = file_ >= 0 ? file_ : OpenFile(path_, O_RDWR);
  if (fd < 0) return false;
  struct stat status;
  char* window = nullptr;
  const auto is_ours = [&] {
    return file_ >= 0 || (status.st_dev == device_ && status.st_ino == inode_);
  };
  if (fstat(fd, &status) == 0 && is_ours() &&
      Reserve(fd, static_cast<uint64_t>(status.st_size), offset, bytes)) {
    window = MapFile(fd, offset, bytes);
  }
  if (file_ < 0) CloseFile(fd);
  if (window == nullptr) return false;
  syscall(SYS_munmap, window_, window_bytes_);
  window_ = window;
  window_bytes_ = bytes;
  window_offset_ = offset;
  return true;
}

void Writer::Append(Type type, const Piece* pieces, size_t count) noexcept {
  if (window_ == nullptr || getpid() != owner_) return;
  size_t length = 0;
  for (size_t i = 0; i < count; ++i) length += pieces[i].count;
  const size_t whole = sizeof(RecordHeader) + PaddedLength(length);
  const size_t kept = KeptFromType(type);
  const bool is_lost =
      length == 0 || length > kMaxPayload ||
      // Later records of the trace may speak of what is defined in the one that is missing.
      (IsOfTrace(type) && trace_lost_) ||
      (end_ + whole + kept > window_offset_ + window_bytes_ && !Extend(whole + kept));
  if (is_lost) {
    trace_lost_ = trace_lost_ || IsOfTrace(type);
    ++lost_;
    return;
  }
  char* const at = window_ + (end_ - window_offset_);
  RecordHeader header = {static_cast<uint32_t>(length), type, 0, 0, sequence_};
  uint32_t crc = Crc32(0, &header, offsetof(RecordHeader, crc));
  char* out = at + sizeof(RecordHeader);
  for (size_t i = 0; i < count; ++i) {
    if (pieces[i].count == 0) continue;
    memcpy(out, pieces[i].bytes, pieces[i].count);
    crc = Crc32(crc, pieces[i].bytes, pieces[i].count);
    out += pieces[i].count;
  }
  header.crc = Crc32(crc, &header.sequence, sizeof(header.sequence));
  // The length last: a reader, or a kill in between, sees the whole record or none.
  memcpy(at + sizeof(header.length), reinterpret_cast<char*>(&header) + sizeof(header.length),
         sizeof(header) - sizeof(header.length));
  __atomic_store_n(reinterpret_cast<uint32_t*>(at), header.length, __ATOMIC_RELEASE);
  end_ += whole;
  ++sequence_;
}

}  // namespace record
}  // namespace memprof
