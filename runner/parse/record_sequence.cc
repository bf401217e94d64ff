// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_sequence.h"

#include <fmt/format.h>

#include <cstring>

namespace memprof {
namespace {

std::uint32_t ChecksumOf(const record::RecordHeader& header, std::string_view payload) {
  std::uint32_t crc = record::Crc32(0, &header, offsetof(record::RecordHeader, crc));
  crc = record::Crc32(crc, payload.data(), payload.size());
  return record::Crc32(crc, &header.sequence, sizeof(header.sequence));
}

}  // namespace

Result<RecordSequence> RecordSequence::Open(std::string_view bytes) {
  record::FileHeader header;
  if (bytes.size() < sizeof(header)) {
    return Error{ErrorKind::kDamaged,
                 fmt::format("the record has {} bytes, fewer than its header", bytes.size()),
                 "the test process may have been killed before its first test"};
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.magic, record::kMagic, sizeof(record::kMagic)) != 0) {
    return Error{ErrorKind::kDamaged, "the file is no memprof record: its first bytes are others",
                 "name the .rec file that `memprof run` wrote"};
  }
  if (header.major > record::kMajor) {
    return Error{
        ErrorKind::kUnsupported,
        fmt::format("the record has format {}.{}, and this memprof reads formats up to {}.x",
                    header.major, header.minor, record::kMajor),
        "use the memprof of the same release as the libmemprof.so in the test"};
  }
  if (header.header_crc != record::Crc32(0, &header, offsetof(record::FileHeader, header_crc)) ||
      header.header_bytes < sizeof(header) || header.header_bytes > bytes.size()) {
    return Error{ErrorKind::kDamaged, "the record's header is damaged", "run the tests again"};
  }
  return RecordSequence(bytes, header);
}

std::optional<RawRecord> RecordSequence::Next() {
  if (ended_) return std::nullopt;
  begin_ = next_;
  record::RecordHeader head;
  auto stop = [this](std::string_view what) {
    Reject(what);
    return std::nullopt;
  };
  if (begin_ == bytes_.size() && last_type_ == record::kSnapshotEnd) {
    ended_ = true;  // a heap snapshot's file needs no other mark
    return std::nullopt;
  }
  // The padding of the last record may pass the end of a file that was cut there.
  if (begin_ > bytes_.size() || bytes_.size() - begin_ < sizeof(head)) {
    return stop("the record ends without its mark");
  }
  std::memcpy(&head, bytes_.data() + begin_, sizeof(head));
  if (head.length == 0) {
    ended_ = true;
    return std::nullopt;
  }
  const std::size_t payload_begin = begin_ + sizeof(head);
  if (head.length > record::kMaxPayload || head.length > bytes_.size() - payload_begin) {
    return stop("a record is cut off");
  }
  const std::string_view payload = bytes_.substr(payload_begin, head.length);
  if (head.crc != ChecksumOf(head, payload)) return stop("a record's checksum does not fit");
  if (head.sequence != sequence_) return stop("a record contradicts those before it");
  ++sequence_;
  last_type_ = head.type;
  next_ = payload_begin + record::PaddedLength(head.length);
  return RawRecord{head.type, head.sequence, payload};
}

void RecordSequence::Reject(std::string_view what) {
  ended_ = true;
  damage_ = fmt::format("{} at byte {}", what, begin_);
}

}  // namespace memprof
