// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_RECORD_CURSOR_H_
#define MEMPROF_RUNNER_PARSE_RECORD_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace memprof {

/// Takes values off the front of a record's payload, so that no length in it is trusted. Once
/// something is missing it stays failed.
class RecordCursor {
 public:
  explicit RecordCursor(std::string_view bytes) : rest_(bytes) {}

  /// Takes one of format.h's structs, or a number. False, with `value` as it was, when the payload
  /// is too short.
  template <class T>
  bool Take(T* value) {
    if (rest_.size() < sizeof(T)) return Fail();
    std::memcpy(value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }

  /// Takes a string behind its length.
  bool Take(std::string* text) {
    std::uint32_t length = 0;
    if (!Take(&length) || rest_.size() < length) return Fail();
    text->assign(rest_.data(), length);
    rest_.remove_prefix(length);
    return true;
  }

  /// Takes `count` of them one after another, all or none.
  template <class T>
  bool Take(T* values, std::size_t count) {
    if (!Holds(count, sizeof(T))) return Fail();
    if (count > 0) std::memcpy(values, rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
    return true;
  }

  /// Whether `count` values of `size` bytes are left. Must be asked before room is made for them:
  /// a number in a damaged record may be any.
  bool Holds(std::uint64_t count, std::size_t size) const { return count <= rest_.size() / size; }

 private:
  bool Fail() {
    rest_ = {};
    return false;
  }

  std::string_view rest_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_RECORD_CURSOR_H_
