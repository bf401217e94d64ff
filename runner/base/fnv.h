// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_BASE_FNV_H_
#define MEMPROF_RUNNER_BASE_FNV_H_

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace memprof {

/// FNV-1a with 64 bits (Fowler, Noll, Vo): the same on every machine and in every version, which
/// std::hash does not promise. For names, not against people who want collisions.
class Fnv {
 public:
  /// Adds a text and its end, so that "ab" and "c" differ from "a" and "bc".
  void Add(std::string_view text) {
    for (const char c : text) Mix(static_cast<unsigned char>(c));
    Mix(0);
  }

  /// 16 hexadecimal digits.
  std::string Digits() const { return fmt::format("{:016x}", hash_); }

 private:
  void Mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }

  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_BASE_FNV_H_
