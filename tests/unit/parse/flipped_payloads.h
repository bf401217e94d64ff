// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_PARSE_FLIPPED_PAYLOADS_H_
#define MEMPROF_TESTS_UNIT_PARSE_FLIPPED_PAYLOADS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "gtest_plugin/record/format.h"

namespace memprof {

/// Calls `visit(damaged, at)` with copies of a whole file in which one byte of one payload is
/// another, under a checksum that fits: each byte of all payloads, in four ways.
template <class Visit>
void ForEachFlippedPayload(const std::string& bytes, Visit visit) {
  for (std::size_t start = sizeof(record::FileHeader);;) {
    record::RecordHeader head;
    std::memcpy(&head, bytes.data() + start, sizeof(head));
    if (head.length == 0) break;
    const std::size_t begin = start + sizeof(head);
    for (std::size_t at = begin; at < begin + head.length; ++at) {
      for (const int pattern : {0x01, 0x41, 0x80, 0xff}) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ pattern);
        std::uint32_t crc = record::Crc32(0, &head, offsetof(record::RecordHeader, crc));
        crc = record::Crc32(crc, damaged.data() + begin, head.length);
        crc = record::Crc32(crc, &head.sequence, sizeof(head.sequence));
        std::memcpy(damaged.data() + start + offsetof(record::RecordHeader, crc), &crc, 4);
        visit(damaged, at);
      }
    }
    start = begin + record::PaddedLength(head.length);
  }
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_PARSE_FLIPPED_PAYLOADS_H_
