// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/record_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "gtest_plugin/record/format.h"

namespace memprof {
namespace {

template <class T>
bool ReadAt(int fd, std::int64_t position, T* value) {
  return pread(fd, value, sizeof(T), position) == static_cast<ssize_t>(sizeof(T));
}

/// The string at `position` of a payload, which then lies behind it.
std::string TakeString(const std::string& payload, std::size_t* position) {
  std::uint32_t length = 0;
  if (*position + sizeof(length) > payload.size()) return "";
  std::memcpy(&length, payload.data() + *position, sizeof(length));
  *position += sizeof(length);
  const std::string text =
      payload.substr(*position, std::min<std::size_t>(length, payload.size() - *position));
  *position += text.size();
  return text;
}

}  // namespace

RecordTail::~RecordTail() {
  if (fd_ >= 0) close(fd_);
}

bool RecordTail::Look() {
  if (fd_ < 0) fd_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) return false;
  if (position_ == 0) {
    record::FileHeader header;
    if (!ReadAt(fd_, 0, &header) || header.header_bytes < sizeof(header)) return false;
    position_ = header.header_bytes;
  }
  bool any = false;
  record::RecordHeader header;
  // The length is written last. What is damaged stops us, and is for the parser to tell.
  while (ReadAt(fd_, position_, &header) && header.length > 0 &&
         header.length <= record::kMaxPayload) {
    any = true;
    const bool wanted = header.type == record::kTestInfo || header.type == record::kTestStart;
    if (wanted) {
      std::string payload(header.length, '\0');
      const std::int64_t at = position_ + static_cast<std::int64_t>(sizeof(header));
      if (pread(fd_, payload.data(), payload.size(), at) < 0) return any;
      LookAt(header.type, payload);
    }
    if (header.type == record::kTestEnd) ++tests_ended_;
    position_ += static_cast<std::int64_t>(sizeof(header) + record::PaddedLength(header.length));
  }
  return any;
}

void RecordTail::LookAt(std::uint16_t type, const std::string& payload) {
  std::uint32_t id = 0;  // both begin with it
  if (payload.size() < sizeof(record::TestInfo)) return;
  std::memcpy(&id, payload.data(), sizeof(id));
  if (type == record::kTestStart) {
    current_ = names_[id];
    return;
  }
  std::size_t position = sizeof(record::TestInfo);
  const std::string suite = TakeString(payload, &position);
  names_[id] = suite + "." + TakeString(payload, &position);
}

}  // namespace memprof
