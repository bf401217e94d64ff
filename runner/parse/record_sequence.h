// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_RECORD_SEQUENCE_H_
#define MEMPROF_RUNNER_PARSE_RECORD_SEQUENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gtest_plugin/record/format.h"
#include "runner/base/result.h"

namespace memprof {

/// One record whose checksum fits, as it stands in the file.
struct RawRecord {
  std::uint16_t type = 0;  ///< a record::Type, or one of a newer minor version
  std::uint32_t sequence = 0;
  std::string_view payload;  ///< within the bytes that the sequence was opened on
};

/// The records of a file one after another, their payloads not yet looked into. It copies nothing:
/// the bytes must outlive it.
class RecordSequence {
 public:
  /// Errors: kDamaged when the bytes are no record at all, kUnsupported for a newer major version.
  static Result<RecordSequence> Open(std::string_view bytes);

  const record::FileHeader& header() const { return header_; }

  /// The next record; none at the end, which damage() tells from a place where reading has to stop.
  std::optional<RawRecord> Next();

  /// For who finds that the last record cannot be: Next() returns none from here on, and damage()
  /// is `what`, a clause, with the place.
  void Reject(std::string_view what);

  /// Why reading stopped before the end that the writer marked; empty while it has not.
  const std::string& damage() const { return damage_; }

 private:
  RecordSequence(std::string_view bytes, const record::FileHeader& header)
      : bytes_(bytes), header_(header), next_(header.header_bytes) {}

  std::string_view bytes_;
  record::FileHeader header_;
  std::size_t next_;       ///< where the next record begins
  std::size_t begin_ = 0;  ///< where the last one began
  std::uint32_t sequence_ = 0;
  std::uint16_t last_type_ = 0;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_RECORD_SEQUENCE_H_
