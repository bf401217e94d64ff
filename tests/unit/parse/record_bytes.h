// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_PARSE_RECORD_BYTES_H_
#define MEMPROF_TESTS_UNIT_PARSE_RECORD_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "runner/parse/record_file.h"
#include "tests/unit/record/scratch_record.h"

namespace memprof {

/// Makes files record by record, as another version of the writer would.
class RecordBytes {
 public:
  explicit RecordBytes(std::uint16_t major = record::kMajor, std::uint16_t minor = record::kMinor) {
    record::FileHeader header = {};
    std::memcpy(header.magic, record::kMagic, sizeof(header.magic));
    header.major = major;
    header.minor = minor;
    header.header_bytes = sizeof(header);
    header.header_crc = record::Crc32(0, &header, offsetof(record::FileHeader, header_crc));
    bytes_.assign(reinterpret_cast<const char*>(&header), sizeof(header));
  }

  RecordBytes& Add(std::uint16_t type, const Payload& payload) {
    const std::string& content = payload.bytes();
    record::RecordHeader header = {static_cast<std::uint32_t>(content.size()), type, 0, 0,
                                   sequence_++};
    std::uint32_t crc = record::Crc32(0, &header, offsetof(record::RecordHeader, crc));
    crc = record::Crc32(crc, content.data(), content.size());
    header.crc = record::Crc32(crc, &header.sequence, sizeof(header.sequence));
    bytes_.append(reinterpret_cast<const char*>(&header), sizeof(header));
    bytes_.append(content).append(record::PaddedLength(content.size()) - content.size(), '\0');
    return *this;
  }
  RecordBytes& SkipSequence() {
    ++sequence_;
    return *this;
  }
  std::string Done() const { return bytes_ + std::string(sizeof(record::RecordHeader), '\0'); }

 private:
  std::string bytes_;
  std::uint32_t sequence_ = 0;
};

/// A payload of one struct.
template <class T>
Payload Of(const T& value) {
  Payload payload;
  payload.Struct(value);
  return payload;
}

inline Payload TestPayload(std::uint32_t id) {
  Payload payload;
  payload.Struct(record::TestInfo{id, 1}).Text("S").Text("T").Text("f.cc").Text("").Text("");
  return payload;
}

/// Reads a copy in memory of exactly its size, so that a sanitizer sees a read past its end.
inline Result<RecordFile> Parse(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return ParseRecord(std::string_view(exact.data(), exact.size()));
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_PARSE_RECORD_BYTES_H_
