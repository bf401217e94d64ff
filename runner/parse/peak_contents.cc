// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/peak_contents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "runner/parse/record_cursor.h"
#include "runner/parse/record_sequence.h"
#include "runner/parse/record_trace.h"

namespace memprof {
namespace {

Error Damaged(std::string message) {
  return {ErrorKind::kDamaged, std::move(message), "the disk may be full, or the scan was killed"};
}

/// Assembles the groups from the records of a file, one at a time. Functions say false when the
/// payload does not fit what came before it.
class ContentsAssembler {
 public:
  ContentsAssembler(const RecordedPeakContents& contents, const RecordedTrace& trace)
      : number_(contents.what.number), trace_(trace) {
    for (std::size_t i = 0; i < trace.origin_numbers.size(); ++i) {
      origins_.Define(trace.origin_numbers[i], i);
    }
  }

  bool Add(std::uint16_t type, RecordCursor payload) {
    if (!started_ && type != record::kContentsStart) return false;
    switch (type) {
      case record::kContentsStart:
        return Start(payload);
      case record::kContentGroups:
        return AddGroups(payload);
      case record::kContentsEnd:
        return End(payload);
      default:
        return true;  // of a newer minor version
    }
  }

  PeakContentsFile Finish() && { return std::move(file_); }

 private:
  bool Start(RecordCursor payload) {
    record::ContentsStart start;
    if (started_ || !payload.Take(&start) || start.number != number_) return false;
    started_ = true;
    return true;
  }

  bool AddGroups(RecordCursor payload) {
    std::uint32_t count = 0;
    std::uint32_t reserved = 0;
    if (!payload.Take(&count) || !payload.Take(&reserved) ||
        !payload.Holds(count, sizeof(record::ContentGroup))) {
      return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      record::ContentGroup group;
      payload.Take(&group);
      if (!AddGroup(group)) return false;
    }
    return true;
  }

  bool AddGroup(const record::ContentGroup& group) {
    // So that no product of the two overflows.
    constexpr std::uint64_t kMost = std::uint64_t{1} << 47;
    if (group.blocks < 2 || group.blocks > kMost || group.bytes < record::kLeastContents ||
        group.bytes > kMost / group.blocks) {
      return false;
    }
    const char* const end = std::find(std::begin(group.shown), std::end(group.shown), '\0');
    const bool is_printable =
        std::all_of(std::begin(group.shown), end, [](char c) { return c >= 0x20 && c <= 0x7e; });
    if (!is_printable) return false;
    EqualBlocks equal;
    // One that the record does not define has no stack that is known.
    if (const auto origin = origins_.Find(group.origin))
      equal.stack = trace_.origins[*origin].stack;
    equal.blocks = group.blocks;
    equal.bytes = group.bytes;
    equal.shown.assign(std::begin(group.shown), end);
    file_.groups.push_back(std::move(equal));
    return true;
  }

  bool End(RecordCursor payload) {
    record::ContentsEnd end;
    if (!payload.Take(&end) || end.groups != file_.groups.size()) return false;
    std::uint64_t blocks = 0;
    for (const EqualBlocks& group : file_.groups) blocks += group.blocks;
    if (blocks > end.blocks) return false;
    file_.blocks = end.blocks;
    file_.bytes = end.bytes;
    file_.left_out = end.left_out;
    return true;
  }

  const std::uint32_t number_;
  const RecordedTrace& trace_;
  RecordNumbers origins_;
  bool started_ = false;
  PeakContentsFile file_;
};

}  // namespace

Result<PeakContentsFile> ParsePeakContents(std::string_view bytes,
                                           const RecordedPeakContents& contents,
                                           const RecordedTrace& trace) {
  Result<RecordSequence> opened = RecordSequence::Open(bytes);
  if (!opened) {
    Error error = opened.error();
    error.message = "the contents at a peak cannot be read: " + error.message;
    return error;
  }
  RecordSequence& sequence = opened.value();
  ContentsAssembler assembler(contents, trace);
  for (;;) {
    const std::optional<RawRecord> raw = sequence.Next();
    if (!raw) {
      return Damaged(
          fmt::format("the contents at a peak are not whole: {}",
                      sequence.damage().empty() ? "their end is missing" : sequence.damage()));
    }
    if (!assembler.Add(raw->type, RecordCursor(raw->payload))) {
      return Damaged(
          fmt::format("the contents at a peak contradict themselves in the record before byte {}",
                      raw->payload.data() + raw->payload.size() - bytes.data()));
    }
    if (raw->type == record::kContentsEnd) return std::move(assembler).Finish();
  }
}

}  // namespace memprof
