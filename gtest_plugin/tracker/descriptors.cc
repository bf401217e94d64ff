// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/tracker/proc_directory.h"

namespace memprof {
namespace {

uint64_t g_calls = 0;

// FNV-1a, 64 bits (Fowler, Noll, Vo).
uint64_t Hash(const DescriptorIdentity& identity) {
  uint64_t hash = 14695981039346656037u;
  auto mix = [&hash](const void* bytes, size_t count) {
    const unsigned char* p = static_cast<const unsigned char*>(bytes);
    for (size_t i = 0; i < count; ++i) hash = (hash ^ p[i]) * 1099511628211u;
  };
  mix(&identity.device, sizeof(identity.device));
  mix(&identity.inode, sizeof(identity.inode));
  mix(identity.target, strlen(identity.target));
  return hash;
}

void Decimal(int number, char* out) {
  char digits[12];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) *out++ = digits[--count];
  *out = '\0';
}

// Sockets and pipes carry their inode in the link ("socket:[1234]"), which is another with each
// run: without the number, one socket more each run is one identity that grows.
bool IsNumbered(const char* target) {
  return strncmp(target, "socket:[", 8) == 0 || strncmp(target, "pipe:[", 6) == 0;
}

}  // namespace

bool IdentifyDescriptor(int directory, int fd, DescriptorIdentity* identity) noexcept {
  char name[12];
  Decimal(fd, name);
  char link[4096];
  const long length = syscall(SYS_readlinkat, directory, name, link, sizeof(link) - 1);
  if (length < 0) return false;
  link[length] = '\0';
  memset(identity, 0, sizeof(*identity));
  if (IsNumbered(link)) {
    *strchr(link, ':') = '\0';
  } else {
    struct stat status;
    if (fstat(fd, &status) == 0 && strncmp(link, "anon_inode:", 11) != 0) {
      identity->device = status.st_dev;
      identity->inode = status.st_ino;
    }
  }
  const size_t size = strlen(link);
  const size_t room = sizeof(identity->target) - 1;
  memcpy(identity->target, size > room ? link + (size - room) : link, size > room ? room : size);
  identity->count = 1;
  identity->hash = Hash(*identity);
  return true;
}

bool DescriptorSet::Read() noexcept {
  total_ = size_ = not_looked_at_ = 0;
  ProcDirectory directory("/proc/self/fd");
  lowest_free_ = directory.fd();  // it took that, and gives it back
  if (!directory.ok()) return false;
  for (int fd = directory.Next(); fd >= 0; fd = directory.Next()) {
    if (fd == directory.fd()) continue;
    DescriptorIdentity identity;
    if (!IdentifyDescriptor(directory.fd(), fd, &identity)) continue;
    ++total_;
    int low = 0;
    int high = size_;
    while (low < high) {
      const int middle = (low + high) / 2;
      if (entries_[middle].hash < identity.hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < size_ && entries_[low].hash == identity.hash) {
      ++entries_[low].count;
    } else if (size_ == kCapacity) {
      ++not_looked_at_;
    } else {
      memmove(&entries_[low + 1], &entries_[low],
              static_cast<size_t>(size_ - low) * sizeof(entries_[0]));
      entries_[low] = identity;
      ++size_;
    }
  }
  return true;
}

bool DescriptorSet::IsLowestStillFree() const noexcept {
  const int saved = errno;
  const bool is_free = syscall(SYS_fcntl, lowest_free_, F_GETFD) < 0;
  errno = saved;
  return is_free;
}

void DescriptorSet::CopyFrom(const DescriptorSet& other) noexcept {
  total_ = other.total_;
  size_ = other.size_;
  not_looked_at_ = other.not_looked_at_;
  lowest_free_ = other.lowest_free_;
  memcpy(entries_, other.entries_, static_cast<size_t>(size_) * sizeof(entries_[0]));
}

uint64_t DescriptorCalls() noexcept { return __atomic_load_n(&g_calls, __ATOMIC_ACQUIRE); }

void OnDescriptorCall() noexcept { __atomic_add_fetch(&g_calls, 1, __ATOMIC_RELEASE); }

}  // namespace memprof
